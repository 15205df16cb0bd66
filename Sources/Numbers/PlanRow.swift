import Telephony

/// One row of Japan's numbering plan: numbers with these first digits have this length and are of this class.
struct PlanRow {
  /// First digits; `N` stands for 1 to 9.
  var start: String
  var lengths: ClosedRange<Int>
  var kind: PhoneNumber.Kind
  /// Where the hyphens stand; nil asks the library, which has the table of areas.
  var groups: [Int]?

  /// The first row that fits decides: a longer beginning stands before a shorter one, and a beginning that is assigned
  /// but of the wrong length is no number of another class.
  static let rows: [PlanRow] = [
    PlanRow(start: "00", lengths: 4...24, kind: .carrierAccess, groups: nil),
    PlanRow(start: "091", lengths: 4...24, kind: .carrierAccess, groups: nil),
    PlanRow(start: "0120", lengths: 10...10, kind: .freeDial, groups: [4, 3, 3]),
    PlanRow(start: "0800", lengths: 11...11, kind: .free, groups: [4, 3, 4]),
    PlanRow(start: "0570", lengths: 10...10, kind: .navi, groups: [4, 3, 3]),
    PlanRow(start: "0170", lengths: 10...10, kind: .premium, groups: [4, 3, 3]),
    PlanRow(start: "0180", lengths: 10...10, kind: .premium, groups: [4, 3, 3]),
    PlanRow(start: "0990", lengths: 10...10, kind: .premium, groups: [4, 3, 3]),
    PlanRow(start: "0200", lengths: 14...14, kind: .machine, groups: [4, 5, 5]),
    PlanRow(start: "020N", lengths: 11...11, kind: .machine, groups: [3, 4, 4]),
    PlanRow(start: "050N", lengths: 11...11, kind: .ip, groups: [3, 4, 4]),
    PlanRow(start: "0600", lengths: 11...11, kind: .convergence, groups: [4, 3, 4]),
    PlanRow(start: "060N", lengths: 11...11, kind: .mobile, groups: [3, 4, 4]),
    PlanRow(start: "070N", lengths: 11...11, kind: .mobile, groups: [3, 4, 4]),
    PlanRow(start: "080N", lengths: 11...11, kind: .mobile, groups: [3, 4, 4]),
    PlanRow(start: "090N", lengths: 11...11, kind: .mobile, groups: [3, 4, 4]),
    PlanRow(start: "0NN", lengths: 10...10, kind: .fixed, groups: nil),
  ]

  /// Whether the first digits are those of the row.
  func fits(_ digits: Substring) -> Bool {
    digits.utf8.count >= start.utf8.count
      && zip(start.utf8, digits.utf8).allSatisfy { pattern, digit in
        pattern == UInt8(ascii: "N") ? (0x31...0x39).contains(digit) : pattern == digit
      }
  }

  /// The number with its hyphens.
  func display(_ digits: Substring, canonical: String) -> String {
    guard let groups else {
      guard let number = LibraryNumber(canonical, country: "JP") else { return String(digits) }
      return LibraryNumber.display(number.national, of: String(digits))
    }
    var rest = digits
    var parts: [Substring] = []
    for length in groups {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }
}
