# SPDX-License-Identifier: BSD-2-Clause
# evf_warnings(target...): our own code is free of these warnings. Not for generated code: give flex's
# and bison's output a library of its own, without this.
function(evf_warnings)
  foreach(target ${ARGN})
    target_compile_options(${target} PRIVATE
      -Wall -Wextra -Wshadow -Wconversion -Werror
      $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast>
      # gcc 12 sees overlaps in std::string's operator+ at -O2 that aren't there (GCC bug 105329)
      $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)
  endforeach()
endfunction()
