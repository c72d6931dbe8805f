# Build switches, all in one place.
option(EMDIA_BUILD_TESTS "Build the tests, the lab and the benchmarks" ON)
option(EMDIA_WARNINGS_AS_ERRORS "Treat warnings as errors" ON)
option(EMDIA_CLANG_TIDY "Run clang-tidy with every compilation" OFF)
option(EMDIA_FUZZERS "Build libFuzzer targets (needs clang)" OFF)
set(EMDIA_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, e.g. address,undefined or thread")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

# Seventy test programs are linked in a fraction of the time.
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_link_options(-fuse-ld=mold)
endif()

# What every target of ours is compiled with; third-party headers come in as SYSTEM.
add_library(emdia_build_flags INTERFACE)
target_compile_features(emdia_build_flags INTERFACE cxx_std_20)
target_compile_options(emdia_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough
  $<$<BOOL:${EMDIA_WARNINGS_AS_ERRORS}>:-Werror>
  # GCC 12 reports std::optional and std::variant members as maybe uninitialised under sanitizers (PR 105562).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # Its null-dereference analysis misfires inside libstdc++ once it inlines stream iterators.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-null-dereference>)
if(EMDIA_SANITIZE)
  target_compile_options(emdia_build_flags INTERFACE -fsanitize=${EMDIA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # These checks of every access are a quarter of the time to compile; what they find AddressSanitizer stops at as well.
  # Code that is shipped keeps them, that of tests and lab does not.
  define_property(TARGET PROPERTY EMDIA_TEST_CODE INITIALIZE_FROM_VARIABLE EMDIA_TEST_CODE)
  if(EMDIA_SANITIZE MATCHES undefined)
    target_compile_options(emdia_build_flags INTERFACE
      $<$<BOOL:$<TARGET_PROPERTY:EMDIA_TEST_CODE>>:-fno-sanitize=null,alignment,vptr,object-size>)
  endif()
  target_link_options(emdia_build_flags INTERFACE -fsanitize=${EMDIA_SANITIZE})
  # GCC's null-dereference analysis misfires on sanitizer instrumentation.
  target_compile_options(emdia_build_flags INTERFACE -Wno-null-dereference)
endif()
if(EMDIA_FUZZERS)
  # Coverage of the rooms is what guides the search; the programs themselves link -fsanitize=fuzzer.
  target_compile_options(emdia_build_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(EMDIA_CLANG_TIDY)
  find_program(CLANG_TIDY_PROGRAM clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY "${CLANG_TIDY_PROGRAM};--quiet")
endif()
