// A reader for the XML that mappers write, which is often not well-formed: several roots, no blank between attributes,
// values without quotes. Structure is checked all the same: every failure has a line and a column.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace heddle::exchange {

struct XmlAttribute {
  std::string name;
  std::string value;
  Mark where;  ///< of the name
};

struct XmlElement {
  std::string name;
  Mark where;  ///< of the `<`
  std::vector<XmlAttribute> attributes;
  std::string text;  ///< all character data directly inside, without blanks at its ends
  Mark text_where;   ///< where that begins
  std::vector<XmlElement> children;

  [[nodiscard]] const XmlAttribute* attribute(std::string_view attribute_name) const;
  /// The first child of that name.
  [[nodiscard]] const XmlElement* child(std::string_view child_name) const;
};

/// All roots, in order. Comments, declarations and DOCTYPE are passed over; the five predefined entities
/// are resolved. Fails on a tag that is not closed or closes another, on a repeated attribute, and on text outside of
/// elements. At most 200 levels. `leaves` are elements without children: where the next tag begins inside of such a
/// tag, it counts as closed there, and `repaired` gets a note.
Result<std::vector<XmlElement>> parse_xml(std::string_view text, const std::string& file,
                                          std::initializer_list<std::string_view> leaves = {},
                                          std::vector<Note>* repaired = nullptr);

}  // namespace heddle::exchange
