import Telephony

/// Japan's numbering plan (総務省), by rule and not by a list of what is in use today.
struct JapanesePlan {
  /// With its leading zero, or nil.
  var defaultArea: String?
  var extensionLengths: ClosedRange<Int>

  typealias Outcome = Result<DialledNumber, Objection>

  func read(_ written: WrittenNumber) -> Outcome {
    guard let scheme = written.scheme else { return read(written.symbols[...]) }
    // A canonical text is nothing new: it must be exactly what its own digits give.
    let outcome = read(written.symbols[...])
    guard case .success(let found) = outcome, found.number.canonical == scheme + ":" + written.symbols else {
      return .failure(.notANumber)
    }
    return outcome
  }

  /// Reads digits, with `+` or `#` where `WrittenNumber` leaves them.
  private func read(_ symbols: Substring) -> Outcome {
    if symbols.hasPrefix("+") { return plain(international(symbols)) }
    if symbols.hasPrefix("#") { return plain(hashService(symbols)) }
    if let prefixed = emergencyBehindPrefixes(symbols) { return prefixed }
    if symbols.contains("+") || symbols.contains("#") { return behindPrefix(symbols) ?? .failure(.notANumber) }
    if symbols.hasPrefix("0") { return plain(beginningWithZero(symbols)) }
    if let short = short(symbols) { return short }
    return oneOf(readings(of: symbols), symbols)
  }

  private func plain(_ number: PhoneNumber?) -> Outcome {
    number.map { .success(DialledNumber(number: $0)) } ?? .failure(.notANumber)
  }

  // MARK: Short numbers

  private static let emergency: Set<Substring> = ["110", "118", "119"]
  private static let presentationPrefixes: [(String, DialledNumber.Presentation)] = [
    ("184", .withhold), ("186", .present),
  ]

  /// 1XY, and the extensions of the house.
  private func short(_ digits: Substring) -> Outcome? {
    if digits.count == 3, digits.hasPrefix("1") {
      // 184 and 186 alone dial nobody.
      guard digits != "184", digits != "186" else { return .failure(.notANumber) }
      return plain(special(digits))
    }
    guard extensionLengths.contains(digits.count) else { return nil }
    return plain(PhoneNumber(canonical: "ext:\(digits)", display: String(digits), kind: .extension))
  }

  private func special(_ digits: Substring) -> PhoneNumber {
    PhoneNumber(
      canonical: "jp:\(digits)", display: String(digits),
      kind: Self.emergency.contains(digits) ? .emergency : .special)
  }

  /// #7119, #9110, #8000: always four digits.
  private func hashService(_ symbols: Substring) -> PhoneNumber? {
    guard symbols.count == 5, symbols.dropFirst().allSatisfy(\.isASCIIDigit) else { return nil }
    return PhoneNumber(canonical: "jp:\(symbols)", display: String(symbols), kind: .special)
  }

  // MARK: 184 and 186

  /// Before everything else, so that no extension can hide 184110.
  private func emergencyBehindPrefixes(_ symbols: Substring) -> Outcome? {
    var rest = symbols
    while rest.hasPrefix("184") || rest.hasPrefix("186") { rest = rest.dropFirst(3) }
    guard rest.count < symbols.count, Self.emergency.contains(rest) else { return nil }
    // Who calls for help is shown, whatever the prefix asked.
    return .success(DialledNumber(number: special(rest), presentation: .present))
  }

  /// Nil when no prefix stands in front. Of several prefixes 184 wins: showing a number cannot be taken back.
  private func behindPrefix(_ symbols: Substring) -> Outcome? {
    for (prefix, presentation) in Self.presentationPrefixes where symbols.hasPrefix(prefix) {
      let rest = symbols.dropFirst(prefix.count)
      guard !rest.isEmpty else { return .failure(.notANumber) }
      return read(rest).map { found in
        var found = found
        found.presentation = found.presentation == .withhold ? .withhold : presentation
        return found
      }
    }
    return nil
  }

  // MARK: Digits that do not begin with zero

  /// Everything that long digits without a zero in front could mean.
  private func readings(of digits: Substring) -> [Outcome] {
    var found: [Outcome] = []
    if let prefixed = behindPrefix(digits) { found.append(prefixed) }
    if digits.hasPrefix("81"), let number = domestic(digits.dropFirst(2)) { found.append(plain(number)) }
    if let repaired = withLostZero(digits) {
      found.append(.success(DialledNumber(number: repaired, isRepaired: true)))
    }
    if isLocal(digits) {
      let number = defaultArea.flatMap { national(Substring($0 + digits)) }
      found.append(number.map { plain($0) } ?? .failure(.areaCodeMissing))
    }
    return found
  }

  /// The one reading that holds; the first objection if none does.
  private func oneOf(_ readings: [Outcome], _ digits: Substring) -> Outcome {
    let good = readings.compactMap { try? $0.get() }
    if Set(good).count > 1 { return .failure(.ambiguous) }
    return good.first.map { .success($0) } ?? readings.first ?? .failure(.notANumber)
  }

  /// A subscriber number without its area code: 6 to 8 digits that begin with 2 to 9.
  private func isLocal(_ digits: Substring) -> Bool {
    (6...8).contains(digits.count) && digits.allSatisfy(\.isASCIIDigit)
      && !digits.hasPrefix("0") && !digits.hasPrefix("1")
  }

  /// Spreadsheets take the zero away: 9 digits of a 10-digit number, 10 digits of an 11-digit one.
  private func withLostZero(_ digits: Substring) -> PhoneNumber? {
    guard let number = national("0" + digits) else { return nil }
    switch (digits.count, number.kind) {
    case (9, .freeDial), (9, .navi), (9, .premium), (9, .fixed): return number
    case (10, .mobile), (10, .ip), (10, .free): return number
    default: return nil
    }
  }

  // MARK: Whole numbers

  private func international(_ symbols: Substring) -> PhoneNumber? {
    if symbols.hasPrefix("+81") { return domestic(symbols.dropFirst(3)) }
    return LibraryNumber.foreign(String(symbols), from: "JP")
  }

  /// What stands behind the country code, with or without the zero of +81(0)3.
  private func domestic(_ digits: Substring) -> PhoneNumber? {
    guard let number = national(digits.hasPrefix("0") ? digits : "0" + digits), number.e164 != nil else { return nil }
    return number
  }

  private func beginningWithZero(_ digits: Substring) -> PhoneNumber? {
    if digits.hasPrefix("0081"), let number = domestic(digits.dropFirst(4)) { return number }
    if digits.hasPrefix("010") { return international("+" + digits.dropFirst(3)) }
    return national(digits)
  }

  /// A number in national form, by its first digits and its length.
  private func national(_ digits: Substring) -> PhoneNumber? {
    guard let row = PlanRow.rows.first(where: { $0.fits(digits) }), row.lengths.contains(digits.count),
      digits.allSatisfy(\.isASCIIDigit)
    else { return nil }
    if row.kind == .carrierAccess {
      return PhoneNumber(canonical: "jp:\(digits)", display: String(digits), kind: .carrierAccess)
    }
    let canonical = "+81" + digits.dropFirst()
    return PhoneNumber(canonical: canonical, display: row.display(digits, canonical: canonical), kind: row.kind)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
