import Numbers
import Testing

@testable import Configuration

@Suite struct `The manual's keys of the configuration` {
  /// One key of the table, its default as TOML where the manual gives one.
  struct Row: Sendable, CustomTestStringConvertible {
    var table: String
    var key: String
    var standard: String?
    var testDescription: String { "\(table) \(key)" }
  }

  /// A row in bold names a table; each row below it one or more of its keys.
  static let rows: [Row] = {
    var rows: [Row] = []
    var table = ""
    for cells in Manual.table("Key", "Default", "Meaning") {
      let words = Manual.words(cells[0])
      if cells[0].hasPrefix("**") {
        table = words.first ?? ""
        continue
      }
      let standards = Manual.words(cells[1])
      let isLiteral = standards.count == 1 && cells[1] == "`\(standards[0])`"
      rows += words.map { Row(table: table, key: $0, standard: isLiteral ? standards[0] : nil) }
    }
    return rows
  }()

  static let tables = Set(rows.map(\.table))

  /// Every table, with what must be in it and nothing else.
  private static let least: KeyValuePairs<String, String> = [
    "[sip]": "", "[[trunks]]": "id = 't'\naddresses = ['192.0.2.1']", "[[phones]]": "id = 'p'\nsecret = 'long-enough'",
    "[sounds]": "", "[[queues]]": "id = 'q'", "[queues.overflow]": "", "[[queues.steps]]": "needs = 'english'",
    "[[agents]]": "id = 'a'", "[[reasons]]": "id = 'lunch'", "[[dispositions]]": "id = 'sold'", "[distribution]": "",
    "[distribution.direct]": "", "[[entries]]": "called = '8000'\nqueue = 'q'", "[blocked]": "", "[callers]": "",
    "[dialing]": "", "[supervision]": "",
    "[[supervision.rights]]": "supervisor = 'a'", "[overload]": "", "[figures]": "", "[directory]": "", "[control]": "",
    "[[control.roles]]": "role = 'agent'\nuser = 'root'",
    "[storage]": "", "[shutdown]": "", "[log]": "",
  ]

  private static func document(adding line: String = "", to table: String = "") -> String {
    least.map { "\($0.key)\n\($0.key == table ? line : "")\n\($0.value)\n" }.joined()
  }

  private static func read(_ text: String) throws(ConfigurationFaults) -> DaemonConfiguration {
    try DaemonConfiguration.parse(text: text, path: "/nowhere/t.toml", read: reader).configuration
  }

  static let reader: NumberReaderFactory = { settings in
    Numbers.reader(
      country: settings.country, defaultArea: settings.defaultArea, extensionLengths: settings.extensionLengths)
  }

  /// What the reader asks each table for.
  private static func knownKeys() throws -> [String: Set<String>] {
    let log = FaultLog(file: "t.toml")
    let document = try #require(TOMLValue(document: Array(document().utf8), log: log))
    guard case .table(let entries) = document.content else { return [:] }
    let root = Section(name: "the file", place: .start, entries: entries, log: log)
    var reading = ConfigurationReading(root: root, folder: Folder(of: "/nowhere/t.toml"), mode: nil, makeReader: reader)
    _ = reading.run()
    let cards = FaultLog(file: "customers.toml")
    let list = try #require(TOMLValue(document: Array("[[customers]]\nid = 'c'\nname = 'C'\n".utf8), log: cards))
    guard case .table(let customers) = list.content else { return [:] }
    let file = Section(name: "the file of customers", place: .start, entries: customers, log: cards)
    _ = CustomerFile.customers(in: file, try #require(reader(NumberingSettings())))
    #expect(!log.hasErrors && !cards.hasErrors, "\(log.inOrder) \(cards.inOrder)")
    return log.knownKeys.merging(cards.knownKeys) { first, _ in first }
  }

  @Test func `every key that is read is documented, and no other`() throws {
    let known = try Self.knownKeys()
    #expect(!known.isEmpty)
    for (table, keys) in known where !table.hasPrefix("the file") {
      let inner = Self.tables.compactMap { name in
        name.filter { $0 != "[" && $0 != "]" }.split(separator: ".").dropFirst().last.map(String.init)
      }
      let documented = Self.rows.filter { $0.table == table }.map(\.key)
      #expect(documented.sorted() == keys.subtracting(inner).sorted(), "\(table)")
    }
    #expect(Self.tables == Set(known.keys.filter { !$0.hasPrefix("the file") }))
  }

  @Test func `every table of the file is documented`() throws {
    let top = Self.tables.subtracting(["[[customers]]"]).compactMap { table in
      table.filter { $0 != "[" && $0 != "]" }.split(separator: ".").first.map(String.init)
    }
    #expect(Set(top) == (try Self.knownKeys())["the file"])
  }

  @Test(arguments: rows.filter { $0.standard != nil })
  func `what is said to be the default is the default`(row: Row) throws {
    let line = "\(row.key) = \(row.standard ?? "")"
    #expect(try Self.read(Self.document(adding: line, to: row.table)) == Self.read(Self.document()))
  }

  /// Another than the default, so that the test above can fail.
  @Test func `a value that is not the default makes a difference`() throws {
    #expect(try Self.read(Self.document(adding: "port = 5061", to: "[sip]")) != Self.read(Self.document()))
    #expect(Self.rows.count { $0.standard != nil } > 30)
  }

  @Test(
    arguments: ["sample/tsunagi", "sample/customers", "examples/customers"] + Manual.examples.map { "examples/\($0)" })
  func `every key of the sample and of the examples is documented`(file: String) throws {
    let log = FaultLog(file: file)
    let text = Manual.text(of: "docker/\(file).toml")
    #expect(!text.isEmpty)
    let document = try #require(TOMLValue(document: Array(text.utf8), log: log))
    for (table, key) in Self.keys(in: document) {
      #expect(Self.rows.contains { $0.table == table && $0.key == key }, "\(table) \(key)")
    }
  }

  /// Tables of the first and the second level, with their keys. What stands below free keys is not looked at.
  private static func keys(in document: TOMLValue, below path: String = "") -> [(table: String, key: String)] {
    guard case .table(let entries) = document.content else { return [] }
    return entries.flatMap { entry -> [(table: String, key: String)] in
      let name = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      if tables.contains("[\(name)]") {
        return inside(entry.value, "[\(name)]", name)
      } else if tables.contains("[[\(name)]]"), case .array(let values) = entry.value.content {
        return values.flatMap { inside($0, "[[\(name)]]", name) }
      }
      return path.isEmpty ? [("", entry.key)] : []
    }
  }

  private static func inside(_ table: TOMLValue, _ name: String, _ path: String) -> [(table: String, key: String)] {
    guard case .table(let entries) = table.content else { return [] }
    let own = entries.filter { !tables.contains("[\(path).\($0.key)]") && !tables.contains("[[\(path).\($0.key)]]") }
    return own.map { (name, $0.key) } + keys(in: table, below: path)
  }

  @Test func `the examples are in order`() throws {
    let examples = Manual.blocks("toml")
    #expect(!examples.isEmpty)
    for example in examples {
      // The one fault is that its file with a secret is not on this machine.
      let text = example.split(separator: "\n").map { $0.hasPrefix("secret_file") ? "secret = 'long-enough'" : $0 }
      let loaded = try DaemonConfiguration.parse(
        text: text.joined(separator: "\n"), path: "/nowhere/t.toml", read: Self.reader)
      #expect(loaded.warnings == [])
    }
  }
}
