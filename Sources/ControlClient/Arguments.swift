/// A command line that cannot be understood; the sentence says why.
struct UsageError: Error, Equatable {
  var message: String

  init(_ message: String) { self.message = message }
}

/// The words of a command line: options, which may stand anywhere before `--`, and the words between them.
struct Arguments {
  private(set) var words: [String] = []
  private var options: [String: [String]] = [:]

  /// `valued` and `flags` are the names, with their dashes. A value stands after `=` or as the next word. A number below
  /// zero is a word.
  init(_ arguments: [String], valued: Set<String>, flags: Set<String>) throws(UsageError) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--" {
        words += rest
        return
      }
      guard word.hasPrefix("-"), word != "-", !Self.isNumber(word) || valued.contains(word) || flags.contains(word)
      else {
        words.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = parts[0]
      if flags.contains(name) {
        guard parts.count == 1 else { throw UsageError("\(name) takes no value") }
        options[name] = []
      } else if valued.contains(name) {
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
          throw UsageError("\(name) needs a value")
        }
        options[name, default: []].append(value)
      } else {
        throw UsageError("unknown option \(name)\(question(name, among: valued.union(flags)))")
      }
    }
  }

  /// `-5`, `-0.5`: not `-inf`, which is one for machines.
  private static func isNumber(_ word: String) -> Bool {
    word.dropFirst().utf8.first.map { (0x30...0x39).contains($0) || $0 == 0x2E } == true && Double(word) != nil
  }

  func has(_ flag: String) -> Bool { options[flag] != nil }

  /// Of one that stands there twice the last.
  func value(_ option: String) -> String? { options[option]?.last }

  /// Of one that may stand there more than once.
  func values(_ option: String) -> [String] { options[option] ?? [] }

  /// The next word; the sentence names what was expected.
  mutating func next(_ what: String) throws(UsageError) -> String {
    guard !words.isEmpty else { throw UsageError("\(what) is missing") }
    return words.removeFirst()
  }

  mutating func nextIfAny() -> String? { words.isEmpty ? nil : words.removeFirst() }

  /// Nothing may be left.
  func end() throws(UsageError) {
    if let word = words.first { throw UsageError("unexpected \"\(word)\"") }
  }
}
