# emdia_compile_together(TARGET): its sources become a few large units. For targets whose every file pays many seconds for
# the same heavy header (CLI11, nlohmann/json, Catch2), and for those only: names of anonymous namespaces then meet. Not
# under clang-tidy, which has to see each file by itself; there every file also proves that it includes what it needs.
function(emdia_compile_together target)
  if(NOT EMDIA_CLANG_TIDY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# emdia_room(NAME  [INTERFACE] HEADERS h... SOURCES s... ROOMS r... LIBS l... [FENCED])
# One static library per room, headers in a file set, include path = the source root ("daemon/core/money.hpp").
# ROOMS are rooms of ours it may include; LIBS are third-party and stay private; FENCED puts the stand-in headers of
# EmdiaFence.cmake in front, so that a library Debian installs system-wide cannot leak in.
function(emdia_room name)
  cmake_parse_arguments(ROOM "INTERFACE;FENCED" "" "HEADERS;SOURCES;ROOMS;LIBS" ${ARGN})
  list(TRANSFORM ROOM_ROOMS PREPEND emdia_)
  list(TRANSFORM ROOM_HEADERS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  set_property(GLOBAL APPEND PROPERTY EMDIA_PUBLIC_HEADERS ${ROOM_HEADERS})
  if(ROOM_INTERFACE)
    add_library(emdia_${name} INTERFACE)
    target_sources(emdia_${name} INTERFACE FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}" FILES ${ROOM_HEADERS})
    target_link_libraries(emdia_${name} INTERFACE ${ROOM_ROOMS})
    return()
  endif()
  add_library(emdia_${name} STATIC ${ROOM_SOURCES})
  target_sources(emdia_${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}" FILES ${ROOM_HEADERS})
  target_link_libraries(emdia_${name} PUBLIC ${ROOM_ROOMS} PRIVATE emdia_build_flags ${ROOM_LIBS})
  if(ROOM_FENCED)
    target_include_directories(emdia_${name} BEFORE PRIVATE "${EMDIA_FENCE_DIR}")
  endif()
endfunction()

# emdia_program(NAME SOURCES s... ROOMS r... LIBS l...): an executable that is installed to bin or libexec.
function(emdia_program name)
  cmake_parse_arguments(PROGRAM "" "DESTINATION" "SOURCES;ROOMS;LIBS" ${ARGN})
  list(TRANSFORM PROGRAM_ROOMS PREPEND emdia_)
  add_executable(${name} ${PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${PROGRAM_ROOMS} ${PROGRAM_LIBS} emdia_build_flags)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  if(PROGRAM_DESTINATION)
    install(TARGETS ${name} RUNTIME DESTINATION ${PROGRAM_DESTINATION})
  endif()
endfunction()
