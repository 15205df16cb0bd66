import Entries
import Telephony
import Testing

@Suite struct `Patterns of numbers` {
  @Test(arguments: ["", "+", "80x0", "8*0", "**", "8+0", "80 0", "８０", "anna", "#7119", "8*X", "+-"])
  func `what has no meaning in a pattern is refused`(text: String) {
    #expect(NumberPattern(text) == nil)
  }

  @Test(arguments: [
    ("8000", "8000", true), ("8000", "80000", false), ("8000", "800", false), ("80XX", "8012", true),
    ("80XX", "801", false), ("80XX", "80ab", false), ("80XX", "80XX", false), ("+8190*", "+819012345678", true),
    ("+8190*", "+8190", true), ("+8190*", "+8180", false), ("+8190*", "819012345678", false), ("*", "", true),
    ("*", "anna", true), ("X*", "", false), ("X*", "7é", true), ("X", "７", false), ("+*", "+1", true),
  ])
  func `a pattern fits the whole number or not at all`(text: String, number: String, fits: Bool) throws {
    let pattern = try #require(NumberPattern(text))
    #expect(pattern.matches(number) == fits)
    #expect(pattern.description == text)
  }
}

@Suite struct `Where a call goes in` {
  private func pattern(_ text: String) throws -> NumberPattern { try #require(NumberPattern(text)) }

  private func table(_ rows: [(String, Entry.CallerPattern, Entry.Target)], blocked: [String] = []) throws -> EntryTable
  {
    EntryTable(
      entries: try rows.map { Entry(called: try pattern($0.0), caller: $0.1, target: $0.2) },
      blocked: try blocked.map(pattern))
  }

  @Test func `the first row that fits wins, and without one there is no target`() throws {
    let table = try table([
      ("8000", .anonymous(.payphone), .reject(status: 603)), ("80XX", .anyone, .queue("sales")),
      ("8000", .anyone, .queue("never")),
    ])
    #expect(table.target(called: "8000", caller: caller("0312345678"), read: readNumber) == .queue("sales"))
    #expect(
      table.target(called: "8000", caller: Caller(anonymity: .payphone), read: readNumber) == .reject(status: 603))
    #expect(table.target(called: "9000", caller: caller("0312345678"), read: readNumber) == nil)
    #expect(EntryTable(entries: []).target(called: "8000", caller: Caller(), read: readNumber) == nil)
  }

  @Test(arguments: ["0312345678", "+81312345678", "03-1234-5678"])
  func `a number meets its row in whichever form the trunk sends it`(called: String) throws {
    for row in ["0312345678", "+81312345678", "03123456XX", "+813*"] {
      let table = try table([(row, .anyone, .agent("anna"))])
      #expect(table.target(called: called, caller: Caller(), read: readNumber) == .agent("anna"))
    }
  }

  @Test(arguments: ["+8190*", "090*", "09012345678", "+819012345678", "*"])
  func `callers are known by the canonical and by the national number`(text: String) throws {
    let table = try table([("*", .number(try pattern(text)), .queue("mobile"))])
    #expect(table.target(called: "1", caller: caller("+819012345678"), read: readNumber) == .queue("mobile"))
    #expect(table.target(called: "1", caller: Caller(text: "anna"), read: readNumber) == nil)
  }

  @Test(arguments: Caller.Anonymity.allCases)
  func `an anonymous caller fits no number, even if one is known`(kind: Caller.Anonymity) throws {
    let all = try pattern("*")
    let table = try table(
      [
        ("*", .number(all), .queue("number")), ("*", .blocked, .reject(status: 603)),
        ("*", .international, .queue("far")),
      ],
      blocked: ["*"])
    for number in [nil, number("09012345678"), number("+14155550100")] {
      let anonymous = Caller(number: number, text: "101", anonymity: kind)
      #expect(table.target(called: "1", caller: anonymous, read: readNumber) == nil)
    }
  }

  @Test(arguments: Caller.Anonymity.allCases)
  func `the kinds of anonymous are kept apart, and there is a row for all of them`(kind: Caller.Anonymity) throws {
    let table = try table(
      Caller.Anonymity.allCases.map { ("8000", .anonymous($0), .queue(QueueID(rawValue: $0.rawValue))) }
        + [("9000", .anyAnonymous, .reject(status: 433))])
    let anonymous = Caller(anonymity: kind)
    #expect(
      table.target(called: "8000", caller: anonymous, read: readNumber) == .queue(QueueID(rawValue: kind.rawValue)))
    #expect(table.target(called: "9000", caller: anonymous, read: readNumber) == .reject(status: 433))
    #expect(table.target(called: "9000", caller: caller("0312345678"), read: readNumber) == nil)
  }

  @Test func `a number of another country is international`() throws {
    let table = try table([("*", .international, .announcement(file: "english.wav", status: 480))])
    #expect(
      table.target(called: "1", caller: caller("+14155550100"), read: readNumber)
        == .announcement(file: "english.wav", status: 480))
    #expect(table.target(called: "1", caller: caller("+81312345678"), read: readNumber) == nil)
  }

  @Test(arguments: ["0312345678", "+81312345678", "03*", "+813*"])
  func `blocked numbers are known in both forms`(blocked: String) throws {
    let table = try table([("*", .blocked, .reject(status: 603)), ("*", .anyone, .queue("sales"))], blocked: [blocked])
    #expect(table.target(called: "1", caller: caller("0312345678"), read: readNumber) == .reject(status: 603))
    #expect(table.target(called: "1", caller: caller("0612345678"), read: readNumber) == .queue("sales"))
  }

  @Test func `an emergency service that calls back is never blocked`() throws {
    let table = try table(
      [("*", .blocked, .reject(status: 603)), ("*", .anyone, .queue("sales"))], blocked: ["*", "110"])
    #expect(table.target(called: "1", caller: caller("110"), read: readNumber) == .queue("sales"))
    #expect(table.target(called: "1", caller: caller("0312345678"), read: readNumber) == .reject(status: 603))
  }

  @Test func `an extension is known by its short number`() throws {
    let table = try table([("*", .number(try pattern("1XX")), .queue("inside"))])
    #expect(table.target(called: "8000", caller: Caller(text: "101"), read: readNumber) == .queue("inside"))
    #expect(table.target(called: "8000", caller: Caller(text: "201"), read: readNumber) == nil)
  }

  @Test func `national forms of numbers that exist only inside the country`() throws {
    let table = try table([("*", .number(try pattern("119")), .agent("anna"))])
    #expect(table.target(called: "8000", caller: caller("119"), read: readNumber) == .agent("anna"))
  }

  @Test(arguments: [
    ("8000", "80", true), ("80", "80", false), ("8XXX", "80", true), ("8XXX", "*55", false), ("*", "*55", true),
    ("8*", "80", true), ("80*", "80", true), ("+8*", "8", false), ("80", "800", false), ("X", "*", false),
  ])
  func `a pattern meets whatever begins with a code, or nothing that does`(
    pattern: String, beginning: String, meets: Bool
  ) throws {
    #expect(try #require(NumberPattern(pattern)).matchesSome(beginningWith: beginning) == meets)
  }
}
