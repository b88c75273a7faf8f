#include "runtime/verify/user_rtl_xml.h"

#include <charconv>
#include <cstdint>
#include <map>
#include <memory>

namespace heddle::verify {
namespace {

struct Element {
  std::string tag;
  std::map<std::string, std::string> attributes;
  std::vector<std::unique_ptr<Element>> children;

  [[nodiscard]] std::string get(const std::string& name) const {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string() : found->second;
  }
  [[nodiscard]] const Element* child(std::string_view name) const {
    for (const auto& each : children)
      if (each->tag == name) return each.get();
    return nullptr;
  }
};

std::string unescape(std::string_view text) {
  static const std::pair<std::string_view, char> kEntities[] = {
      {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}};
  std::string out;
  while (!text.empty()) {
    bool replaced = false;
    for (const auto& [entity, letter] : kEntities) {
      if (!text.starts_with(entity)) continue;
      out += letter;
      text.remove_prefix(entity.size());
      replaced = true;
      break;
    }
    if (replaced) continue;
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

void read_attributes(std::string_view text, Element& element) {
  while (true) {
    const std::size_t equals = text.find("=\"");
    if (equals == std::string_view::npos) return;
    const std::size_t end = text.find('"', equals + 2);
    if (end == std::string_view::npos) return;
    std::string_view name = text.substr(0, equals);
    name.remove_prefix(name.find_last_of(" \n\t") + 1);  // npos + 1 is 0
    element.attributes[std::string(name)] = unescape(text.substr(equals + 2, end - equals - 2));
    text.remove_prefix(end + 1);
  }
}

/// A tree of elements; text between tags is dropped. Verilator writes no ">" inside attributes.
std::unique_ptr<Element> parse(std::string_view xml) {
  auto root = std::make_unique<Element>();
  std::vector<Element*> open{root.get()};
  while (true) {
    const std::size_t begin = xml.find('<');
    if (begin == std::string_view::npos) break;
    const std::size_t end = xml.find('>', begin);
    if (end == std::string_view::npos) return nullptr;
    std::string_view tag = xml.substr(begin + 1, end - begin - 1);
    xml.remove_prefix(end + 1);
    if (tag.starts_with('?') || tag.starts_with('!')) continue;
    if (tag.starts_with('/')) {
      if (open.size() < 2) return nullptr;
      open.pop_back();
      continue;
    }
    const bool closed = tag.ends_with('/');
    if (closed) tag.remove_suffix(1);
    auto element = std::make_unique<Element>();
    element->tag = std::string(tag.substr(0, tag.find_first_of(" \n\t")));
    read_attributes(tag, *element);
    Element* added = element.get();
    open.back()->children.push_back(std::move(element));
    if (!closed) open.push_back(added);
  }
  return open.size() == 1 ? std::move(root) : nullptr;
}

int to_int(std::string_view text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The number in 32'sh1f.
std::int64_t constant(const Element* element) {
  if (element == nullptr) return 0;
  const std::string text = element->get("name");
  const std::size_t digits = text.find('h');
  std::int64_t value = 0;
  if (digits != std::string::npos) std::from_chars(text.data() + digits + 1, text.data() + text.size(), value, 16);
  return static_cast<std::int32_t>(value);
}

struct Types {
  std::map<std::string, const Element*> by_id;

  /// Bits of a packed type; 0 for anything else.
  [[nodiscard]] int bits(const std::string& id, int depth = 0) const {
    const auto found = by_id.find(id);
    if (found == by_id.end() || depth > 100) return 0;
    const Element& type = *found->second;
    const auto inner = [&](const Element& of) { return bits(of.get("sub_dtype_id"), depth + 1); };
    if (type.tag == "basicdtype") {
      const std::string name = type.get("name");
      if (name == "real" || name == "string" || name == "chandle" || name == "event" || name == "realtime") return 0;
      const int left = to_int(type.get("left"), 0);
      const int right = to_int(type.get("right"), 0);
      return std::abs(left - right) + 1;
    }
    if (type.tag == "refdtype" || type.tag == "enumdtype" || type.tag == "constdtype") return inner(type);
    if (type.tag == "packarraydtype") {
      const Element* range = type.child("range");
      if (range == nullptr || range->children.size() != 2) return 0;
      const std::int64_t size = constant(range->children[0].get()) - constant(range->children[1].get());
      return inner(type) * static_cast<int>(std::abs(size) + 1);
    }
    if (type.tag == "structdtype" || type.tag == "uniondtype") {
      int sum = 0;
      int widest = 0;
      for (const auto& member : type.children) {
        const int width = inner(*member);
        if (width == 0) return 0;
        sum += width;
        widest = std::max(widest, width);
      }
      return type.tag == "structdtype" ? sum : widest;
    }
    return 0;
  }

  [[nodiscard]] bool is_signed(const std::string& id) const {
    const auto found = by_id.find(id);
    return found != by_id.end() && found->second->get("signed") == "true";
  }
};

struct Reader {
  RtlDesign design;
  Types types;
  std::map<std::string, std::string> file_names;

  [[nodiscard]] Mark mark(const std::string& loc) const {
    Mark where;
    const std::size_t comma = loc.find(',');
    const auto found = file_names.find(loc.substr(0, comma));
    if (found == file_names.end() || comma == std::string::npos) return where;
    where.file = found->second;
    where.line = to_int(std::string_view(loc).substr(comma + 1), 0);
    const std::size_t second = loc.find(',', comma + 1);
    if (second != std::string::npos) where.column = to_int(std::string_view(loc).substr(second + 1), 0);
    return where;
  }

  void read_edges(const Element& element) {
    if (element.tag == "senitem") {
      const Element* signal = element.child("varref");
      const std::string edge = element.get("edgeType");
      if (signal != nullptr && (edge == "POS" || edge == "NEG" || edge == "BOTH")) {
        RtlEdges& edges = design.edges[signal->get("name")];
        edges.rising = edges.rising || edge != "NEG";
        edges.falling = edges.falling || edge != "POS";
      }
    }
    for (const auto& child : element.children) read_edges(*child);
  }

  void read_ports(const Element& module) {
    design.top = module.get("name");
    for (const auto& child : module.children) {
      const std::string direction = child->get("dir");
      if (child->tag != "var" || direction.empty() || child->get("pinIndex").empty()) continue;
      RtlPort port;
      port.name = child->get("name");
      port.member = child->get("origName");
      port.direction = direction == "input"    ? RtlPort::Direction::kInput
                       : direction == "output" ? RtlPort::Direction::kOutput
                                               : RtlPort::Direction::kInout;
      port.bits = types.bits(child->get("dtype_id"));
      port.is_signed = types.is_signed(child->get("dtype_id"));
      port.where = mark(child->get("loc"));
      design.ports.push_back(std::move(port));
    }
  }

  void read_files(const Element& files) {
    for (const auto& file : files.children) {
      const std::string name = file->get("filename");
      file_names[file->get("id")] = name;
      if (!name.starts_with('<')) design.files.emplace_back(name);
    }
  }
};

}  // namespace

Result<RtlDesign> design_from_xml(std::string_view xml) {
  const auto unreadable = [] { return fail(ErrorCode::kUnsupported, "cannot read the XML that Verilator wrote"); };
  const std::unique_ptr<Element> document = parse(xml);
  const Element* root = document ? document->child("verilator_xml") : nullptr;
  const Element* netlist = root != nullptr ? root->child("netlist") : nullptr;
  const Element* table = netlist != nullptr ? netlist->child("typetable") : nullptr;
  const Element* files = root != nullptr ? root->child("files") : nullptr;
  if (table == nullptr || files == nullptr) return unreadable();
  Reader reader;
  reader.read_files(*files);
  for (const auto& type : table->children) reader.types.by_id[type->get("id")] = type.get();
  for (const auto& module : netlist->children) {
    if (module->get("topModule") == "1") reader.read_ports(*module);
    reader.read_edges(*module);
  }
  if (reader.design.top.empty()) return unreadable();
  return std::move(reader.design);
}

}  // namespace heddle::verify
