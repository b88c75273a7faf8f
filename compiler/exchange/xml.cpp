#include "compiler/exchange/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/exchange/cursor.h"

namespace heddle::exchange {
namespace {

constexpr std::size_t kMaxDepth = 200;

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':';
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// Entities that are not known stay as they are: names of LLVM values may contain a bare `&`.
std::string resolve_entities(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string resolved;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t used = 0;
    for (const auto& [name, meaning] : kEntities)
      if (text.substr(i, name.size()) == name) {
        resolved += meaning;
        used = name.size();
      }
    if (used == 0) resolved += text[i];
    i += std::max<std::size_t>(used, 1);
  }
  return resolved;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, std::initializer_list<std::string_view> leaves,
         std::vector<Note>* repaired)
      : cursor_(text, file), leaves_(leaves), repaired_(repaired) {}

  Result<std::vector<XmlElement>> read() {
    stack_.emplace_back();  // holds the roots
    while (!cursor_.at_end()) {
      if (cursor_.peek() != '<') {
        HEDDLE_TRY(text());
      } else if (cursor_.rest().substr(0, 4) == "<!--") {
        HEDDLE_TRY(skip_to("-->", "comment"));
      } else if (cursor_.rest().substr(0, 2) == "<?") {
        HEDDLE_TRY(skip_to("?>", "declaration"));
      } else if (cursor_.rest().substr(0, 2) == "<!") {
        HEDDLE_TRY(skip_to(">", "declaration"));
      } else if (cursor_.rest().substr(0, 2) == "</") {
        HEDDLE_TRY(end_tag());
      } else {
        HEDDLE_TRY(start_tag());
      }
    }
    if (stack_.size() > 1)
      return fail(ErrorCode::kBadInput, fmt::format("<{}> is never closed", stack_.back().name), stack_.back().where);
    return std::move(stack_.front().children);
  }

 private:
  Status skip_to(std::string_view end, const char* what) {
    const Mark start = cursor_.mark();
    const auto at = cursor_.rest().find(end);
    if (at == std::string_view::npos)
      return fail(ErrorCode::kBadInput, fmt::format("{} without its end \"{}\"", what, end), start);
    cursor_.advance(at + end.size());
    return {};
  }

  Status text() {
    const auto raw = cursor_.rest().substr(0, cursor_.rest().find('<'));
    const std::string_view kept = trimmed(raw);
    if (!kept.empty()) {
      cursor_.advance(static_cast<std::size_t>(kept.data() - raw.data()));
      if (stack_.size() == 1) return cursor_.fail_here("text outside of every element");
      XmlElement& element = stack_.back();
      if (element.text.empty()) element.text_where = cursor_.mark();
      element.text += resolve_entities(kept);
      cursor_.advance(raw.size() - static_cast<std::size_t>(kept.data() - raw.data()));
      return {};
    }
    cursor_.advance(raw.size());
    return {};
  }

  Result<std::string> name(const char* what) {
    std::string result;
    while (!cursor_.at_end() && name_character(cursor_.peek())) result += cursor_.take();
    if (result.empty()) return cursor_.fail_here(fmt::format("expected the name of {}", what));
    return result;
  }

  Status end_tag() {
    const Mark start = cursor_.mark();
    cursor_.advance(2);
    HEDDLE_ASSIGN(const std::string closed, name("the element that ends here"));
    cursor_.skip_blanks();
    if (!cursor_.accept('>')) return cursor_.fail_here(fmt::format("expected > after </{}", closed));
    if (stack_.size() == 1) return fail(ErrorCode::kBadInput, fmt::format("</{}> closes nothing", closed), start);
    if (stack_.back().name != closed) {
      Error error{ErrorCode::kBadInput, fmt::format("</{}> where </{}> was expected", closed, stack_.back().name),
                  start};
      error.notes.push_back({fmt::format("<{}> begins here", stack_.back().name), stack_.back().where});
      return fail(std::move(error));
    }
    close();
    return {};
  }

  void close() {
    XmlElement element = std::move(stack_.back());
    stack_.pop_back();
    stack_.back().children.push_back(std::move(element));
  }

  Status start_tag() {
    XmlElement element;
    element.where = cursor_.mark();
    cursor_.advance(1);
    HEDDLE_ASSIGN(element.name, name("an element"));
    while (true) {
      cursor_.skip_blanks();
      if (cursor_.at_end())
        return fail(ErrorCode::kBadInput, fmt::format("the tag <{} does not end", element.name), element.where);
      if (cursor_.accept('>')) break;
      const bool open_leaf =
          cursor_.peek() == '<' && std::find(leaves_.begin(), leaves_.end(), element.name) != leaves_.end();
      if (open_leaf && repaired_ != nullptr)
        repaired_->push_back({fmt::format("the tag <{} does not end: taken as closed", element.name), element.where});
      if (open_leaf || cursor_.rest().substr(0, 2) == "/>") {
        if (!open_leaf) cursor_.advance(2);
        stack_.back().children.push_back(std::move(element));
        return {};
      }
      HEDDLE_TRY(attribute(element));
    }
    if (stack_.size() >= kMaxDepth)
      return fail(ErrorCode::kBadInput, fmt::format("more than {} levels of elements", kMaxDepth), element.where);
    stack_.push_back(std::move(element));
    return {};
  }

  Status attribute(XmlElement& element) {
    XmlAttribute attribute;
    attribute.where = cursor_.mark();
    HEDDLE_ASSIGN(attribute.name, name("an attribute, > or />"));
    cursor_.skip_blanks();
    if (!cursor_.accept('=')) return cursor_.fail_here(fmt::format("expected = after {}", attribute.name));
    cursor_.skip_blanks();
    HEDDLE_ASSIGN(attribute.value, value(attribute.name));
    if (element.attribute(attribute.name) != nullptr)
      return fail(ErrorCode::kBadInput, fmt::format("{} is given twice", attribute.name), attribute.where);
    element.attributes.push_back(std::move(attribute));
    return {};
  }

  Result<std::string> value(const std::string& of) {
    const char quote = cursor_.at_end() ? '\0' : cursor_.peek();
    if (quote != '"' && quote != '\'') {
      const auto bare = cursor_.rest().substr(0, cursor_.rest().find_first_of(" \t\r\n/>\"'"));
      if (bare.empty()) return cursor_.fail_here(fmt::format("expected the value of {}", of));
      cursor_.advance(bare.size());
      return std::string(bare);
    }
    const Mark start = cursor_.mark();
    cursor_.advance(1);
    const auto end = cursor_.rest().find(quote);
    if (end == std::string_view::npos || cursor_.rest().substr(0, end).find('<') != std::string_view::npos)
      return fail(ErrorCode::kBadInput, fmt::format("the value of {} has no closing quote", of), start);
    const auto quoted = cursor_.rest().substr(0, end);
    std::string result = resolve_entities(quoted);
    cursor_.advance(end + 1);
    return result;
  }

  Cursor cursor_;
  std::vector<std::string_view> leaves_;
  std::vector<Note>* repaired_;
  std::vector<XmlElement> stack_;
};

}  // namespace

const XmlAttribute* XmlElement::attribute(std::string_view attribute_name) const {
  for (const XmlAttribute& each : attributes)
    if (each.name == attribute_name) return &each;
  return nullptr;
}

const XmlElement* XmlElement::child(std::string_view child_name) const {
  for (const XmlElement& each : children)
    if (each.name == child_name) return &each;
  return nullptr;
}

Result<std::vector<XmlElement>> parse_xml(std::string_view text, const std::string& file,
                                          std::initializer_list<std::string_view> leaves, std::vector<Note>* repaired) {
  return Reader(text, file, leaves, repaired).read();
}

}  // namespace heddle::exchange
