#include "runtime/report/html.h"

namespace heddle::report {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

/// JSON inside a script element: "</script>" and "<!--" must not appear.
std::string script_json(const Json& value) {
  std::string out;
  // Source files may hold any bytes; the page must still be valid UTF-8.
  for (const char c : value.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string html_page(const std::string& title, const std::string& style, const std::string& script, const Json& data) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
         "style-src 'unsafe-inline'\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         escaped(title) + " \xC2\xB7 heddle</title>\n<style>\n" + style +
         "</style>\n</head>\n<body>\n<main id=\"page\"></main>\n" +
         "<noscript>This report needs JavaScript (it loads nothing from anywhere).</noscript>\n" +
         "<script type=\"application/json\" id=\"data\">" + script_json(data) +
         "</script>\n<script>\n\"use strict\";\n(() => {\n" + script + "})();\n</script>\n</body>\n</html>\n";
}

}  // namespace heddle::report
