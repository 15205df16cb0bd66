extension String {
  /// Text of a stranger, made fit to stand in a pop-up, an event, a terminal or a record.
  ///
  /// The one place for this mapping. Control characters and line separators become U+FFFD, so that nobody can forge a
  /// line or steer a terminal and it is still seen that something stood there. Marks that only reorder or hide text
  /// (bidirectional overrides, embeddings, isolates and marks, byte order marks, tag characters) are left out. At most
  /// 256 Unicode scalars are kept. Made safe twice is the same as once.
  public var safeForDisplay: String {
    var safe = String.UnicodeScalarView()
    var count = 0
    for scalar in unicodeScalars {
      guard count < 256 else { break }
      switch scalar.value {
      // C0, DEL and C1; line and paragraph separators.
      case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029: safe.append("\u{FFFD}")
      // Arabic letter mark, left-to-right and right-to-left marks, embeddings and overrides, isolates, BOM, tags.
      case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xE0000...0xE007F: continue
      default: safe.append(scalar)
      }
      count += 1
    }
    return String(safe)
  }
}
