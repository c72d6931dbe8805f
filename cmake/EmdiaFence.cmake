# The fence: a folder of stand-in headers, one for every header of every third-party library, each an #error that says
# where the library belongs. Rooms declared FENCED look there first, so that what Debian installs system-wide cannot
# leak into them. cmake/fence/libraries.tsv is the list.
set(EMDIA_FENCE_DIR "${CMAKE_BINARY_DIR}/fence")
set(EMDIA_FENCE_LIST "${CMAKE_SOURCE_DIR}/cmake/fence/libraries.tsv")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${EMDIA_FENCE_LIST}")

# The headers that a pattern ("curl/*", "sqlite3.h") stands for on this machine.
function(emdia_headers_of pattern out)
  set(headers "")
  foreach(base IN ITEMS /usr/include "/usr/include/${CMAKE_LIBRARY_ARCHITECTURE}")
    if(pattern MATCHES "/\\*$")
      file(GLOB_RECURSE found RELATIVE "${base}" "${base}/${pattern}")
      list(APPEND headers ${found})
    elseif(EXISTS "${base}/${pattern}")
      list(APPEND headers "${pattern}")
    endif()
  endforeach()
  set(${out} "${headers}" PARENT_SCOPE)
endfunction()

function(emdia_raise_fence)
  file(STRINGS "${EMDIA_FENCE_LIST}" rows REGEX "^[^#]")
  foreach(row IN LISTS rows)
    string(REPLACE "\t" ";" columns "${row}")
    list(GET columns 0 library)
    list(GET columns 1 patterns)
    list(GET columns 2 home)
    separate_arguments(patterns)
    foreach(pattern IN LISTS patterns)
      emdia_headers_of("${pattern}" headers)
      foreach(header IN LISTS headers)
        file(CONFIGURE OUTPUT "${EMDIA_FENCE_DIR}/${header}" CONTENT
          "#error \"fence: <${header}> may not be included here. The home of ${library} is ${home} (docs/ARCHITECTURE.md, section 4).\"\n")
      endforeach()
    endforeach()
  endforeach()
endfunction()

emdia_raise_fence()
