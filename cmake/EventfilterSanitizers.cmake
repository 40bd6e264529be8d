# SPDX-License-Identifier: BSD-2-Clause
# Sanitizers hold for the whole build: a half-instrumented program reports what isn't there.
if(EVENTFILTER_SANITIZE)
  add_compile_options(-fsanitize=${EVENTFILTER_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${EVENTFILTER_SANITIZE})
  if(EVENTFILTER_SANITIZE MATCHES "undefined")
    # A finding has to fail the test, not only to print a line
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(EVENTFILTER_FUZZ)
  # Coverage everywhere; only a target with evf_fuzz_target() gets libFuzzer's main()
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
