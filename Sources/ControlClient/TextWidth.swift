/// Text on a terminal: how many cells it takes, and what of it must not get there.
public enum TerminalText {
  /// Cells: two for each wide or full-width character (UAX #11), none for what combines with the one before.
  public static func width(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  static func width(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value == 0xAD ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    // Two letters of a flag make one of two cells.
    case _ where (0x1F1E6...0x1F1FF).contains(value): return 1
    default: return scalar.properties.isEmojiPresentation || wide.contains { $0.contains(value) } ? 2 : 1
    }
  }

  /// East Asian Wide and Fullwidth (UAX #11), in blocks; the emoji that are wide besides are those that are shown as
  /// pictures by themselves (UTS #51).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF,
    0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x18CD5, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]

  /// The text with everything that could move the cursor, change colours, break a line or turn the direction of reading
  /// replaced by U+FFFD, and line breaks by a space. Names and numbers come from strangers.
  public static func safe(_ text: some StringProtocol) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control: out.append(scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}")
      case .lineSeparator, .paragraphSeparator: out.append(" ")
      // Joiners belong to emoji and to some scripts; every other format character is invisible and turns or hides text.
      case .format:
        if scalar == "\u{200D}" || scalar == "\u{200C}" { out.append(scalar) } else { out.append("\u{FFFD}") }
      case .surrogate, .privateUse, .unassigned: out.append("\u{FFFD}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
