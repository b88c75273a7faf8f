// The DOT language as Graphviz documents it, without HTML strings.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "compiler/exchange/cursor.h"
#include "compiler/exchange/node_link.h"

namespace heddle::exchange {
namespace {

constexpr int kMaxDepth = 100;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class DotReader {
 public:
  DotReader(std::string_view text, const std::string& file) : cursor_(text, file) { graph_.file = file; }

  Result<NodeLink> read() {
    HEDDLE_TRY(blanks());
    HEDDLE_ASSIGN(std::string word, name("digraph"));
    if (lower(word) == "strict") {
      HEDDLE_ASSIGN(word, name("digraph"));
    }
    if (lower(word) != "digraph")
      return fail(ErrorCode::kBadInput, fmt::format("expected digraph, found {}", word), last_);
    if (!cursor_.at_end() && cursor_.peek() != '{') {
      HEDDLE_ASSIGN(graph_.name, name("the graph, or {"));
    }
    HEDDLE_TRY(expect('{'));
    HEDDLE_TRY(statements(0));
    if (!cursor_.at_end()) return cursor_.fail_here("text after the end of the graph");
    return std::move(graph_);
  }

 private:
  /// Blanks and comments.
  Status blanks() {
    while (true) {
      cursor_.skip_blanks();
      const auto rest = cursor_.rest();
      if (rest.substr(0, 2) == "//" || rest.substr(0, 1) == "#") {
        cursor_.advance(std::min(rest.find('\n'), rest.size()));
      } else if (rest.substr(0, 2) == "/*") {
        const auto end = rest.find("*/");
        if (end == std::string_view::npos) return cursor_.fail_here("a comment without its end \"*/\"");
        cursor_.advance(end + 2);
      } else {
        return {};
      }
    }
  }

  Result<bool> accept(char c) {
    const bool found = cursor_.accept(c);
    if (found) HEDDLE_TRY(blanks());
    return found;
  }

  Status expect(char c) {
    HEDDLE_ASSIGN(const bool found, accept(c));
    if (found) return {};
    if (cursor_.at_end()) return cursor_.fail_here(fmt::format("expected {}, found the end of the file", c));
    return cursor_.fail_here(fmt::format("expected {}, found {}", c, cursor_.peek()));
  }

  /// A word, a number or a quoted string.
  Result<std::string> name(const char* what) {
    last_ = cursor_.mark();
    std::string result;
    if (!cursor_.at_end() && cursor_.peek() == '"') {
      cursor_.take();
      while (true) {
        if (cursor_.at_end()) return fail(ErrorCode::kBadInput, "a string without its closing quote", last_);
        const char c = cursor_.take();
        if (c == '"') break;
        if (c == '\\' && !cursor_.at_end() && (cursor_.peek() == '"' || cursor_.peek() == '\\')) {
          result += cursor_.take();
        } else {
          result += c;
        }
      }
    } else {
      if (!cursor_.at_end() && cursor_.peek() == '-' && cursor_.rest().substr(0, 2) != "->") result += cursor_.take();
      while (!cursor_.at_end() && word_character(cursor_.peek())) result += cursor_.take();
      if (result.empty() || result == "-") {
        if (cursor_.at_end()) return cursor_.fail_here(fmt::format("expected {}, found the end of the file", what));
        return cursor_.fail_here(fmt::format("expected {}, found {}", what, cursor_.peek()));
      }
    }
    HEDDLE_TRY(blanks());
    return result;
  }

  Status statements(int depth) {
    if (depth > kMaxDepth) return cursor_.fail_here("subgraphs nested too deeply");
    while (true) {
      if (cursor_.at_end()) return cursor_.fail_here("expected }, found the end of the file");
      HEDDLE_ASSIGN(const bool ends, accept('}'));
      if (ends) return {};
      HEDDLE_ASSIGN(const bool empty, accept(';'));
      if (empty) continue;
      HEDDLE_ASSIGN(const bool block, accept('{'));
      if (block) {
        HEDDLE_TRY(statements(depth + 1));
      } else {
        HEDDLE_TRY(statement(depth));
      }
    }
  }

  Status statement(int depth) {
    HEDDLE_ASSIGN(std::string first, name("a node, an edge or }"));
    const Mark where = last_;
    const std::string keyword = lower(first);
    if (keyword == "subgraph") {
      if (!cursor_.at_end() && cursor_.peek() != '{') HEDDLE_TRY(name("the subgraph, or {"));
      HEDDLE_TRY(expect('{'));
      return statements(depth + 1);
    }
    if (keyword == "node" || keyword == "edge" || keyword == "graph") {
      HEDDLE_TRY(attributes());
      return {};
    }
    HEDDLE_ASSIGN(const bool assigns, accept('='));
    if (assigns) {
      HEDDLE_TRY(name("a value"));
      return {};
    }
    HEDDLE_TRY(port());
    return node_or_edges(std::move(first), where);
  }

  /// `:port` after a node's name says nothing to us.
  Status port() {
    while (true) {
      HEDDLE_ASSIGN(const bool found, accept(':'));
      if (!found) return {};
      HEDDLE_TRY(name("a port"));
    }
  }

  Status node_or_edges(std::string first, const Mark& where) {
    std::vector<std::string> chain{std::move(first)};
    std::vector<Mark> marks{where};
    while (cursor_.rest().substr(0, 1) == "-") {
      if (cursor_.rest().substr(0, 2) != "->") return cursor_.fail_here("expected ->: edges of data have a direction");
      marks.push_back(cursor_.mark());
      cursor_.advance(2);
      HEDDLE_TRY(blanks());
      HEDDLE_ASSIGN(std::string next, name("a node after ->"));
      chain.push_back(std::move(next));
      HEDDLE_TRY(port());
    }
    HEDDLE_ASSIGN(const Attributes attributes_given, attributes());
    if (chain.size() == 1) {
      graph_.nodes.push_back({chain.front(), attributes_given, where});
      return {};
    }
    for (std::size_t i = 1; i < chain.size(); ++i)
      graph_.edges.push_back({chain[i - 1], chain[i], attributes_given, i == 1 ? where : marks[i]});
    return {};
  }

  Result<Attributes> attributes() {
    Attributes found;
    while (true) {
      HEDDLE_ASSIGN(const bool opens, accept('['));
      if (!opens) return found;
      while (true) {
        HEDDLE_ASSIGN(const bool closes, accept(']'));
        if (closes) break;
        HEDDLE_ASSIGN(const std::string key, name("an attribute or ]"));
        HEDDLE_TRY(expect('='));
        HEDDLE_ASSIGN(const std::string value, name("a value"));
        found[lower(key)] = {value, last_};
        HEDDLE_ASSIGN(const bool comma, accept(','));
        if (!comma) HEDDLE_TRY(accept(';'));
      }
    }
  }

  Cursor cursor_;
  Mark last_;  ///< of the last name
  NodeLink graph_;
};

}  // namespace

Result<NodeLink> parse_dot(std::string_view text, const std::string& file) { return DotReader(text, file).read(); }

}  // namespace heddle::exchange
