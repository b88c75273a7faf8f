// The DOT language as Graphviz documents it: defaults, blocks as ends of edges, several statements about one node,
// strict graphs, HTML strings (kept as they are), strings joined by +.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "compiler/exchange/cursor.h"
#include "compiler/exchange/node_link.h"

namespace heddle::exchange {
namespace {

constexpr int kMaxDepth = 100;
constexpr std::size_t kMaxEdges = 1'000'000;  // blocks as ends multiply

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
      strict_ = true;
      HEDDLE_ASSIGN(word, name("digraph"));
    }
    if (lower(word) == "graph")
      return fail(ErrorCode::kBadInput, "expected digraph, found graph: edges of data have a direction", last_);
    if (lower(word) != "digraph")
      return fail(ErrorCode::kBadInput, fmt::format("expected digraph, found {}", word), last_);
    if (!cursor_.at_end() && cursor_.peek() != '{') {
      HEDDLE_ASSIGN(graph_.name, name("the graph, or {"));
    }
    HEDDLE_TRY(expect('{'));
    Scope scope;
    HEDDLE_TRY(statements(scope, 0));
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

  /// A word, a number, a quoted string (several joined by +) or an HTML string.
  Result<std::string> name(const char* what) {
    last_ = cursor_.mark();
    std::string result;
    const char first = cursor_.at_end() ? '\0' : cursor_.peek();
    if (first == '"') {
      HEDDLE_TRY(quoted(result));
      HEDDLE_TRY(blanks());
      while (cursor_.accept('+')) {
        HEDDLE_TRY(blanks());
        if (cursor_.at_end() || cursor_.peek() != '"') return cursor_.fail_here("expected a quoted string after +");
        HEDDLE_TRY(quoted(result));
        HEDDLE_TRY(blanks());
      }
      return result;
    }
    if (first == '<') {
      HEDDLE_TRY(html(result));
    } else {
      if (first == '-' && cursor_.rest().substr(0, 2) != "->") result += cursor_.take();
      while (!cursor_.at_end() && word_character(cursor_.peek())) result += cursor_.take();
      if (result.empty() || result == "-") {
        if (cursor_.at_end()) return cursor_.fail_here(fmt::format("expected {}, found the end of the file", what));
        return cursor_.fail_here(fmt::format("expected {}, found {}", what, cursor_.peek()));
      }
    }
    HEDDLE_TRY(blanks());
    return result;
  }

  Status quoted(std::string& result) {
    const Mark start = cursor_.mark();
    cursor_.take();
    while (true) {
      if (cursor_.at_end()) return fail(ErrorCode::kBadInput, "a string without its closing quote", start);
      const char c = cursor_.take();
      if (c == '"') return {};
      if (c == '\\' && !cursor_.at_end() && cursor_.peek() == '\n') {
        cursor_.take();  // goes on in the next line
      } else if (c == '\\' && !cursor_.at_end() && (cursor_.peek() == '"' || cursor_.peek() == '\\')) {
        result += cursor_.take();
      } else {
        result += c;
      }
    }
  }

  Status html(std::string& result) {
    const Mark start = cursor_.mark();
    int open = 0;
    do {
      if (cursor_.at_end()) return fail(ErrorCode::kBadInput, "an HTML string without its closing >", start);
      const char c = cursor_.take();
      open += c == '<' ? 1 : c == '>' ? -1 : 0;
      result += c;
    } while (open > 0);
    result = result.substr(1, result.size() - 2);
    return {};
  }

  /// What a block gives to the nodes and edges in it, and which nodes it names.
  struct Scope {
    Attributes node;
    Attributes edge;
    std::vector<std::string> nodes;
  };

  /// An end of an edge: a node, or all nodes of a block; with the port after the colon.
  struct End {
    std::vector<std::string> nodes;
    std::string port;
    Mark where;
    bool block = false;
  };

  Status statements(Scope& scope, int depth) {
    if (depth > kMaxDepth) return cursor_.fail_here("subgraphs nested too deeply");
    while (true) {
      if (cursor_.at_end()) return cursor_.fail_here("expected }, found the end of the file");
      HEDDLE_ASSIGN(const bool ends, accept('}'));
      if (ends) return {};
      HEDDLE_ASSIGN(const bool empty, accept(';'));
      if (!empty) HEDDLE_TRY(statement(scope, depth));
    }
  }

  Status statement(Scope& scope, int depth) {
    End first;
    first.where = cursor_.mark();
    HEDDLE_ASSIGN(const bool opens, accept('{'));
    if (opens) {
      HEDDLE_TRY(block(scope, first, depth));
      return edges(scope, std::move(first), depth);
    }
    const bool quoted = !cursor_.at_end() && cursor_.peek() == '"';
    HEDDLE_ASSIGN(const std::string word, name("a node, an edge or }"));
    first.where = last_;
    const std::string keyword = quoted ? "" : lower(word);
    if (keyword == "subgraph") {
      HEDDLE_TRY(named_block(scope, first, depth));
      return edges(scope, std::move(first), depth);
    }
    if (keyword == "node" || keyword == "edge" || keyword == "graph") {
      HEDDLE_ASSIGN(const Attributes given, attributes());
      if (keyword == "node") merge(scope.node, given);
      if (keyword == "edge") merge(scope.edge, given);
      return {};
    }
    HEDDLE_ASSIGN(const bool assigns, accept('='));
    if (assigns) {
      HEDDLE_TRY(name("a value"));
      return {};
    }
    first.nodes = {word};
    HEDDLE_ASSIGN(first.port, port());
    return edges(scope, std::move(first), depth);
  }

  /// After its `{`.
  Status block(Scope& scope, End& end, int depth) {
    Scope inner{scope.node, scope.edge, {}};
    HEDDLE_TRY(statements(inner, depth + 1));
    end.block = true;
    std::set<std::string> seen;
    for (const std::string& node : inner.nodes)
      if (seen.insert(node).second) end.nodes.push_back(node);
    scope.nodes.insert(scope.nodes.end(), end.nodes.begin(), end.nodes.end());
    return {};
  }

  /// After `subgraph`.
  Status named_block(Scope& scope, End& end, int depth) {
    if (!cursor_.at_end() && cursor_.peek() != '{') HEDDLE_TRY(name("the subgraph, or {"));
    HEDDLE_TRY(expect('{'));
    return block(scope, end, depth);
  }

  Result<End> next_end(Scope& scope, int depth) {
    End end;
    end.where = cursor_.mark();
    HEDDLE_ASSIGN(const bool opens, accept('{'));
    if (opens) {
      HEDDLE_TRY(block(scope, end, depth));
      return end;
    }
    const bool quoted = !cursor_.at_end() && cursor_.peek() == '"';
    HEDDLE_ASSIGN(const std::string word, name("a node after ->"));
    if (!quoted && lower(word) == "subgraph") {
      HEDDLE_TRY(named_block(scope, end, depth));
      return end;
    }
    end.nodes = {word};
    HEDDLE_ASSIGN(end.port, port());
    return end;
  }

  /// The first of `:port:side`.
  Result<std::string> port() {
    std::string first;
    while (true) {
      HEDDLE_ASSIGN(const bool found, accept(':'));
      if (!found) return first;
      HEDDLE_ASSIGN(const std::string word, name("a port"));
      if (first.empty()) first = word;
    }
  }

  Status edges(Scope& scope, End first, int depth) {
    std::vector<End> chain;
    chain.push_back(std::move(first));
    std::vector<Mark> arrows;
    while (cursor_.rest().substr(0, 1) == "-") {
      if (cursor_.rest().substr(0, 2) != "->") return cursor_.fail_here("expected ->: edges of data have a direction");
      arrows.push_back(cursor_.mark());
      cursor_.advance(2);
      HEDDLE_TRY(blanks());
      HEDDLE_ASSIGN(End next, next_end(scope, depth));
      chain.push_back(std::move(next));
    }
    if (chain.size() == 1 && chain.front().block) return {};
    HEDDLE_ASSIGN(const Attributes given, attributes());
    if (chain.size() == 1) return declare(scope, chain.front(), given);
    for (const End& end : chain)
      if (!end.block) mention(scope, end);
    for (std::size_t i = 1; i < chain.size(); ++i)
      HEDDLE_TRY(connect(scope, chain[i - 1], chain[i], given, i == 1 ? chain.front().where : arrows[i - 1]));
    return {};
  }

  static void merge(Attributes& into, const Attributes& more) {
    for (const auto& [key, attribute] : more) into[key] = attribute;
  }

  LinkedNode& mention(Scope& scope, const End& end) {
    const std::string& name = end.nodes.front();
    scope.nodes.push_back(name);
    const auto [at, is_new] = numbers_.emplace(name, graph_.nodes.size());
    if (is_new) graph_.nodes.push_back({name, scope.node, end.where, /*declared=*/false});
    return graph_.nodes[at->second];
  }

  /// Statements about one node add up; two that name different operations contradict each other.
  Status declare(Scope& scope, const End& end, const Attributes& given) {
    LinkedNode& node = mention(scope, end);
    for (const char* key : {"opcode", "op", "operation"}) {
      const auto known = node.attributes.find(key);
      const auto now = given.find(key);
      if (!node.declared || known == node.attributes.end() || now == given.end()) continue;
      if (lower(known->second.value) == lower(now->second.value)) continue;
      Error error{ErrorCode::kBadInput, fmt::format("node {} is defined twice", node.name), end.where};
      error.notes.push_back({"the first is here", node.where});
      return fail(std::move(error));
    }
    if (!node.declared) node.where = end.where;
    node.declared = true;
    merge(node.attributes, given);
    return {};
  }

  Status connect(const Scope& scope, const End& from, const End& to, const Attributes& given, const Mark& where) {
    Attributes all = scope.edge;
    merge(all, given);
    const auto operand = all.find("operand");
    const std::string port = operand != all.end() ? operand->second.value : to.port;
    for (const std::string& source : from.nodes)
      for (const std::string& sink : to.nodes) {
        // One edge by the language; who gives operands means each of them.
        if (strict_ && !pairs_.insert({source, sink, port}).second) continue;
        if (graph_.edges.size() >= kMaxEdges) return fail(ErrorCode::kBadInput, "too many edges", where);
        graph_.edges.push_back({source, sink, all, where, to.port});
      }
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
  bool strict_ = false;
  std::map<std::string, std::size_t> numbers_;  ///< node -> its place in graph_
  std::set<std::array<std::string, 3>> pairs_;  ///< edges of a strict graph, with their operands
};

}  // namespace

Result<NodeLink> parse_dot(std::string_view text, const std::string& file) { return DotReader(text, file).read(); }

}  // namespace heddle::exchange
