# cmake -DOUTPUT=x.cpp -DNAME=kPage -DSTYLES=a.css -DSCRIPTS=a.js,b.js -P embed.cmake: text files as the C++ string
# constants kPageStyle and kPageScript.
function(concatenated list variable)
  string(REPLACE "," ";" files "${list}")
  set(all "")
  foreach(file IN LISTS files)
    file(READ ${file} text)
    string(APPEND all "${text}")
  endforeach()
  set(${variable} "${all}" PARENT_SCOPE)
endfunction()

concatenated("${STYLES}" style)
concatenated("${SCRIPTS}" script)
file(WRITE ${OUTPUT} "// Generated from runtime/report.
#include \"runtime/report/page_assets.h\"

namespace heddle::report {

const char* const ${NAME}Style = R\"PAGE(${style})PAGE\";
const char* const ${NAME}Script = R\"PAGE(${script})PAGE\";

}  // namespace heddle::report
")
