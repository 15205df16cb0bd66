import Telephony

/// Any country but Japan: what the library knows, with extensions and emergency numbers kept apart.
struct GeneralPlan {
  /// Two capital letters.
  var country: String
  var defaultArea: String?
  var extensionLengths: ClosedRange<Int>

  init(country: String, defaultArea: String?, extensionLengths: ClosedRange<Int>) {
    self.country = country.uppercased()
    self.defaultArea = defaultArea
    self.extensionLengths = extensionLengths
  }

  func read(_ written: WrittenNumber) -> Result<DialledNumber, Objection> {
    guard let number = number(written.symbols) else { return .failure(.notANumber) }
    if let scheme = written.scheme, number.canonical != scheme + ":" + written.symbols { return .failure(.notANumber) }
    return .success(DialledNumber(number: number))
  }

  private func number(_ symbols: String) -> PhoneNumber? {
    if symbols.hasPrefix("+") { return dialable(symbols) }
    guard !symbols.contains("#"), !symbols.contains("+") else { return nil }
    if LibraryNumber.isEmergency(symbols, country: country) { return short(symbols, .emergency) }
    if extensionLengths.contains(symbols.utf8.count), !symbols.hasPrefix("0") {
      return PhoneNumber(canonical: "ext:" + symbols, display: symbols, kind: .extension)
    }
    if let number = dialable(symbols) { return number }
    if let defaultArea, (6...8).contains(symbols.utf8.count), let number = dialable(defaultArea + symbols) {
      return number
    }
    return LibraryNumber.isShort(symbols, country: country) ? short(symbols, .special) : nil
  }

  private func short(_ digits: String, _ kind: PhoneNumber.Kind) -> PhoneNumber {
    PhoneNumber(canonical: country.lowercased() + ":" + digits, display: digits, kind: kind)
  }

  private func dialable(_ symbols: String) -> PhoneNumber? {
    guard let number = LibraryNumber(symbols, country: country), number.isPossible,
      let settled = LibraryNumber.foreign(number.e164, from: country),
      let again = LibraryNumber(settled.canonical, country: country)
    else { return nil }
    guard isAtHome(again) else { return settled }
    let national = WrittenNumber(again.national)?.symbols ?? again.e164
    // Another country of the same code (+1) is dialled as the own one is, and costs what abroad costs.
    return again.isForeign
      ? PhoneNumber(
        canonical: settled.canonical, display: settled.display, kind: settled.kind, national: national)
      : PhoneNumber(canonical: again.e164, display: homeDisplay(again), kind: again.kind, national: national)
  }

  /// Whether the national spelling, read here, leads back to the number: then it is one of our own country.
  private func isAtHome(_ number: LibraryNumber) -> Bool {
    guard let written = WrittenNumber(number.national) else { return false }
    return LibraryNumber(written.symbols, country: country)?.e164 == number.e164
  }

  /// National digits may also be an extension's; then the international form is shown, which is nothing else.
  private func homeDisplay(_ number: LibraryNumber) -> String {
    guard let written = WrittenNumber(number.national) else { return number.e164 }
    let isTaken =
      extensionLengths.contains(written.symbols.utf8.count)
      || LibraryNumber.isEmergency(written.symbols, country: country)
    return isTaken ? LibraryNumber.display(number.international, of: number.e164) : number.national
  }
}
