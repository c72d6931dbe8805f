# Third-party libraries, all from Debian 12. scripts/lib/packages lists what to install; a missing one fails here
# with the command that installs it.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(emdia_need_header header package)
  string(MAKE_C_IDENTIFIER "HAVE_${header}" var)
  find_path(${var} ${header})
  if(NOT ${var})
    message(FATAL_ERROR "emdia: <${header}> is missing. Cure: apt-get install ${package}")
  endif()
  mark_as_advanced(${var})
endfunction()

emdia_need_header(curl/curl.h libcurl4-openssl-dev)
emdia_need_header(sqlite3.h libsqlite3-dev)
emdia_need_header(nlohmann/json.hpp nlohmann-json3-dev)
emdia_need_header(Poco/Net/HTTPServer.h libpoco-dev)
emdia_need_header(mqtt/async_client.h libpaho-mqttpp-dev)
emdia_need_header(toml++/toml.h libtomlplusplus-dev)
emdia_need_header(CLI/CLI.hpp libcli11-dev)
emdia_need_header(date/tz.h libhowardhinnant-date-dev)
emdia_need_header(openssl/evp.h libssl-dev)
emdia_need_header(systemd/sd-daemon.h libsystemd-dev)
emdia_need_header(qrencode.h libqrencode-dev)
emdia_need_header(prometheus/registry.h prometheus-cpp-dev)

pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET openssl)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)

# Thin names for libraries that ship no usable CMake or pkg-config file.
function(emdia_plain_library name)
  add_library(emdia_lib_${name} INTERFACE)
  target_link_libraries(emdia_lib_${name} INTERFACE ${ARGN})
endfunction()
emdia_plain_library(poco_net PocoNet PocoFoundation)
emdia_plain_library(poco_util PocoUtil PocoFoundation)
emdia_plain_library(paho paho-mqttpp3 paho-mqtt3as)
emdia_plain_library(tz date-tz)
# As Debian built it: the system's zone files, no locale data. The header must be told the same.
target_compile_definitions(emdia_lib_tz INTERFACE USE_OS_TZDB=1 ONLY_C_LOCALE=1 HAS_STRING_VIEW=1)
emdia_plain_library(toml tomlplusplus)
# The shared library of Debian instead of a header that every file compiles again.
target_compile_definitions(emdia_lib_toml INTERFACE TOML_HEADER_ONLY=0 TOML_SHARED_LIB=1)
emdia_plain_library(prometheus prometheus-cpp-core)
