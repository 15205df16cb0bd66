public import Telephony

/// Makes the function by which numbers are read, as people and networks write them: the only way to a `PhoneNumber`.
///
/// Reading is pure, thread-safe, never blocks, and takes hostile text: whatever is too long or holds anything but a
/// number is refused. It is idempotent: the canonical text and the display of a number read give that number again.
///
/// - Parameters:
///   - country: Two capital letters (ISO 3166). `JP` follows the numbering plan in full, with 184 and 186, lost zeros
///     and classes that the library's tables do not know yet; other countries go by the library alone.
///   - defaultArea: The area code with its leading zero (`03`) that completes local numbers; nil refuses them.
///   - extensionLengths: How many digits the short numbers of our own phones or the PBX have. They win over every
///     other reading but emergency calls and the three-digit numbers that begin with 1, and never begin with 0.
public func reader(
  country: String = "JP", defaultArea: String? = nil, extensionLengths: ClosedRange<Int> = 2...5
) -> NumberReader {
  let japanese = JapanesePlan(defaultArea: defaultArea, extensionLengths: extensionLengths)
  let general = GeneralPlan(country: country, defaultArea: defaultArea, extensionLengths: extensionLengths)
  let isJapanese = country.uppercased() == "JP"
  return { text in
    guard let written = WrittenNumber(text) else { return .failure(.notANumber(excerpt(text))) }
    let outcome = isJapanese ? japanese.read(written) : general.read(written)
    return outcome.mapError { $0.fault(in: excerpt(text)) }
  }
}

/// Whether a country is known to the library, so that `reader(country:)` makes sense for it.
public func isKnownCountry(_ country: String) -> Bool {
  country.utf8.count == 2 && LibraryNumber.knows(country: country)
}

/// What is dialled in a known country before the code of another one: `010` in Japan, `00` in most countries.
public func internationalPrefix(country: String) -> String {
  country.uppercased() == "JP" ? "010" : LibraryNumber.internationalPrefix(country: country.uppercased()) ?? "00"
}

/// Why no number was found, still without the text.
enum Objection: Error, Equatable {
  case notANumber, areaCodeMissing, ambiguous

  func fault(in text: String) -> NumberFault {
    switch self {
    case .notANumber: .notANumber(text)
    case .areaCodeMissing: .areaCodeMissing(text)
    case .ambiguous: .ambiguous(text)
    }
  }
}

/// Enough of a refused text to know it by, and nothing that could disturb a log or a terminal.
private func excerpt(_ text: String) -> String {
  let longest = 40
  let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(longest))).safeForDisplay
  return text.unicodeScalars.dropFirst(longest).isEmpty ? start : start + "…"
}
