import Numbers
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Reading again what was read` {
  /// Every beginning of the plan, filled up with random digits.
  private static let shapes = [
    "0NXXXXXXXX", "0NNXXXXXXX", "0[6789]0NXXXXXXX", "0600XXXXXXX", "050NXXXXXXX", "0120XXXXXX", "0800XXXXXXX",
    "0570XXXXXX", "0170XXXXXX", "0180XXXXXX", "0990XXXXXX", "020NXXXXXXX", "0200XXXXXXXXXX", "00XXXXXXXX", "091XXXX",
    "1XX", "#XXXX", "NX", "NXX", "NXXX", "NXXXX", "NXXXXX", "NXXXXXX", "NXXXXXXX", "NXXXXXXXX", "NXXXXXXXXX",
    "81NXXXXXXXX", "81N0NXXXXXXXX", "184NXXXXXXX", "1840NXXXXXXXX", "+NXXXXXXXXXX", "+NXXXXXXXX", "+NXXXXXXXXXXXX",
    "010NXXXXXXXXXX", "+81NXXXXXXXX", "+1NXXNXXXXXX", "+4420XXXXXXXX", "+390XXXXXXXX", "+54911XXXXXXXX",
    "+49XXXXXXXXXX",
    "+861XXXXXXXXXX", "+82XXXXXXXXX", "+5521XXXXXXXXX",
  ]

  private static func fill(_ shape: String, _ random: inout SeededRandom) -> String {
    String(
      shape.replacing("[6789]", with: ["6", "7", "8", "9"].randomElement(using: &random) ?? "6").map { character in
        switch character {
        case "N": "123456789".randomElement(using: &random) ?? "1"
        case "X": "0123456789".randomElement(using: &random) ?? "0"
        default: character
        }
      })
  }

  /// The same number in random spelling.
  private static func spell(_ digits: String, _ random: inout SeededRandom) -> String {
    let separators = ["", "", "", "-", " ", "\u{3000}", "－", "(", "）", "・", "\u{200B}"]
    var out = ""
    for scalar in digits.unicodeScalars {
      let wide = Bool.random(using: &random) ? Unicode.Scalar(scalar.value + 0xFEE0) : nil
      out.unicodeScalars.append(wide ?? scalar)
      out += separators.randomElement(using: &random) ?? ""
    }
    return out
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `canonical text and display give the same number again`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let readers = [
      Numbers.reader(country: "JP", defaultArea: "03"), Numbers.reader(country: "JP", defaultArea: "0467"),
      Numbers.reader(country: "JP", extensionLengths: 3...8), Numbers.reader(country: "US"),
      Numbers.reader(country: "DE", defaultArea: "030"),
    ]
    var taken = 0
    for shape in Self.shapes {
      for (index, read) in readers.enumerated() {
        let digits = Self.fill(shape, &random)
        guard case .success(let first) = read(digits) else { continue }
        taken += 1
        for text in [first.number.canonical, first.number.display] {
          let again = try? read(text).get()
          #expect(
            again?.number == first.number && again?.number.kind == first.number.kind
              && again?.number.display == first.number.display && again?.presentation == nil
              && again?.isRepaired == false,
            "seed \(seed), reader \(index): \(digits) -> \(first.number) (\(first.number.display)), then \(text)")
        }
        let spelt = Self.spell(digits, &random)
        #expect(try read(spelt).get() == first, "seed \(seed), reader \(index): \(digits) as \(spelt)")
      }
    }
    #expect(taken > 80, "seed \(seed): the shapes must be numbers")
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `random text never traps, and what is taken reads again`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let read = Numbers.reader(country: "JP", defaultArea: "03")
    let alphabet = Array("0123456789184186+#-() 内線x;ext=jp:".unicodeScalars)
    for _ in 0..<1000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...24, using: &random) {
        text.append(alphabet.randomElement(using: &random) ?? "0")
      }
      guard case .success(let found) = read(String(text)) else { continue }
      #expect((try? read(found.number.canonical).get())?.number == found.number, "seed \(seed): \(String(text))")
    }
  }

  @Test func `many threads read at once`() async {
    let read = Numbers.reader(country: "JP", defaultArea: "03")
    let wrong = await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<200).count { (try? read("090-1234-\(1000 + task * 200 + $0)").get().number.kind) != .mobile }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }
}
