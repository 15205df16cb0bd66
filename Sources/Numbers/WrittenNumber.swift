/// What a text says once its spelling is cleaned away: full-width forms, every dash, brackets, labels, extensions.
///
/// Letters and kanji digits are not turned into digits.
struct WrittenNumber: Equatable {
  /// ASCII digits; `+` or `#` stands first or after digits in front of it, at most once.
  var symbols: String
  /// A scheme of our own canonical texts (`jp`, `ext`), or `ext` where the text was marked as an extension (`内線`).
  var scheme: String?

  /// Longest text looked at, in UTF-8 bytes; generous, as full-width forms take three each.
  private static let longestText = 160
  /// No plan has longer numbers, prefixes included.
  private static let mostSymbols = 40

  init(symbols: String, scheme: String? = nil) {
    self.symbols = symbols
    self.scheme = scheme
  }

  /// Nil when anything stands in the text that belongs to no number.
  init?(_ text: String) {
    guard text.utf8.count <= Self.longestText else { return nil }
    if let canonical = Self.canonical(text) {
      self = canonical
      return
    }
    var scalars: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      switch Self.folded(scalar) {
      case .kept(let plain): scalars.append(plain)
      case .dropped: break
      case .refused: return nil
      }
    }
    guard let written = Self.parsed(scalars[...]), written.symbols.utf8.count <= Self.mostSymbols else { return nil }
    self = written
  }

  /// `ext:1001`, `jp:110`, `jp:#7119`: two to three small letters, a colon, and digits.
  private static func canonical(_ text: String) -> WrittenNumber? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let scheme = text[..<colon]
    guard scheme == "ext" || scheme.utf8.count == 2, scheme.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else {
      return nil
    }
    let rest = text[text.index(after: colon)...]
    let digits = rest.hasPrefix("#") ? rest.dropFirst() : rest
    guard (1...mostSymbols).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return WrittenNumber(symbols: String(rest), scheme: String(scheme))
  }

  private enum Folded {
    case kept(Unicode.Scalar), dropped, refused
  }

  /// One character in its plain form: separators become a space, capitals small letters.
  private static func folded(_ scalar: Unicode.Scalar) -> Folded {
    switch scalar.value {
    case 0x30...0x39, 0x61...0x7A, 0x2B, 0x23, 0x3A, 0x3B, 0x3D: return .kept(scalar)
    case 0x41...0x5A: return .kept(Unicode.Scalar(UInt8(scalar.value + 0x20)))
    // Full-width ASCII: ０ ＋ （ － ： Ａ
    case 0xFF01...0xFF5E:
      return Unicode.Scalar(scalar.value - 0xFEE0).map(folded) ?? .refused
    // Tab, space, no-break space, the spaces of typography, and the ideographic one.
    case 0x09, 0x20, 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return .kept(" ")
    // ( ) - . [ ] ~ but no slash: that stands between two numbers.
    case 0x28, 0x29, 0x2D, 0x2E, 0x5B, 0x5D, 0x7E: return .kept(" ")
    // ‐ ‑ ‒ – — ― − ー ｰ 〜 ・ ･ ﹘ ﹣ ─ ━ 〔 〕 【 】
    case 0x2010...0x2015, 0x2212, 0x30FC, 0xFF70, 0x301C, 0x30FB, 0xFF65, 0xFE58, 0xFE63, 0x2500, 0x2501,
      0x3014, 0x3015, 0x3010, 0x3011:
      return .kept(" ")
    // ℡ ☎ ☏ 📞
    case 0x2121, 0x260E, 0x260F, 0x1F4DE: return .dropped
    // Invisible marks that come along when a number is copied from a telephone's screen.
    case 0x200B...0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFE0E, 0xFE0F, 0xFEFF: return .dropped
    // 内 線 電 話 番 号
    case 0x5185, 0x7DDA, 0x96FB, 0x8A71, 0x756A, 0x53F7: return .kept(scalar)
    default: return .refused
    }
  }

  private static let labels = ["電話番号", "電話", "telephone", "phone", "tel"].map { Array($0.unicodeScalars) }
  private static let extensionMarks = ["内線番号", "内線", ";ext=", "ext", "x"].map { Array($0.unicodeScalars) }

  private static func parsed(_ scalars: ArraySlice<Unicode.Scalar>) -> WrittenNumber? {
    var rest = scalars
    skipSpaces(&rest)
    if skip(labels, &rest) { skipColon(&rest) }
    let isExtension = skip(extensionMarks, &rest)
    if isExtension { skipColon(&rest) }

    var symbols = ""
    var hasSign = false
    while let scalar = rest.first {
      if scalar == " " {
        rest.removeFirst()
      } else if ("0"..."9").contains(scalar) {
        symbols.unicodeScalars.append(scalar)
        rest.removeFirst()
      } else if scalar == "+" || (scalar == "#" && symbols.utf8.count < 9) {
        guard !hasSign else { return nil }
        hasSign = true
        symbols.unicodeScalars.append(scalar)
        rest.removeFirst()
      } else {
        // What is left must be an extension behind a whole number; it is no part of the key.
        guard !symbols.isEmpty, !isExtension, skip(extensionMarks + [["#"]], &rest) else { return nil }
        skipColon(&rest)
        guard (1...8).contains(rest.count), rest.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
        rest = []
      }
    }
    guard !symbols.isEmpty, !(isExtension && hasSign) else { return nil }
    return WrittenNumber(symbols: symbols, scheme: isExtension ? "ext" : nil)
  }

  private static func skip(_ words: [[Unicode.Scalar]], _ rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
    guard let word = words.first(where: { rest.starts(with: $0) }) else { return false }
    rest.removeFirst(word.count)
    return true
  }

  private static func skipColon(_ rest: inout ArraySlice<Unicode.Scalar>) {
    skipSpaces(&rest)
    if rest.first == ":" { rest.removeFirst() }
    skipSpaces(&rest)
    while rest.last == " " { rest.removeLast() }
  }

  private static func skipSpaces(_ rest: inout ArraySlice<Unicode.Scalar>) {
    while rest.first == " " { rest.removeFirst() }
  }
}
