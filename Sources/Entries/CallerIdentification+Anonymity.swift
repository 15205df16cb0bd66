public import Telephony

extension CallerIdentification {
  /// What Japanese and other networks are known to write.
  public static let usualTexts: [String: Caller.Anonymity] = [
    "非通知": .withheld, "非通知設定": .withheld, "番号非通知": .withheld, "anonymous": .withheld, "withheld": .withheld,
    "number withheld": .withheld, "caller id withheld": .withheld, "restricted": .withheld, "private": .withheld,
    "private number": .withheld,
    "公衆電話": .payphone, "payphone": .payphone, "pay phone": .payphone, "coin line/payphone": .payphone,
    "coin line": .payphone, "coinphone": .payphone,
    "表示圏外": .unavailable, "unavailable": .unavailable, "number unavailable": .unavailable,
    "not available": .unavailable, "out of area": .unavailable, "unknown": .unavailable,
    "サービス競合": .serviceConflict, "interaction with other service": .serviceConflict,
    "service conflict": .serviceConflict,
  ]

  /// The kind that a display text stands for; nil for the name of a person.
  func anonymity(byText displayName: String) -> Caller.Anonymity? { folded[Self.fold(displayName)] }

  /// Keys made comparable; of two that fall together the one first in order of text counts.
  static func fold(_ texts: [String: Caller.Anonymity]) -> [String: Caller.Anonymity] {
    let ordered = texts.sorted { $0.key < $1.key }.map { (fold($0.key), $0.value) }
    return Dictionary(ordered, uniquingKeysWith: { first, _ in first })
  }

  /// Full-width letters and spaces made half-width, lower case, without marks and outer spaces.
  private static func fold(_ text: String) -> String {
    var narrow = String.UnicodeScalarView()
    for scalar in text.safeForDisplay.unicodeScalars {
      switch scalar.value {
      case 0xFF01...0xFF5E: narrow.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
      case 0x3000: narrow.append(" ")
      default: narrow.append(scalar)
      }
    }
    let isOuter: (Character) -> Bool = { $0.isWhitespace || $0 == "\u{FFFD}" || $0 == "\"" }
    var inner = String(narrow).lowercased().drop(while: isOuter)
    while let last = inner.last, isOuter(last) { inner.removeLast() }
    return String(inner)
  }
}

extension NameAddress {
  /// The kind of anonymity that an address itself speaks of (RFC 3323 §4.1.1.3, RFC 3261 §8.1.1.3, 3GPP TS 23.003
  /// §13.6 and §13.7); nil when it names somebody.
  var anonymity: Caller.Anonymity? {
    switch user.lowercased() {
    case "anonymous", "restricted": return .withheld
    case "unavailable", "unknown": return .unavailable
    default: break
    }
    switch host.lowercased() {
    case "anonymous.invalid": return .withheld
    case "unknown.invalid": return .unavailable
    default: return user.isEmpty ? .unavailable : nil
    }
  }
}
