import FoundationEssentials

/// README.md, as far as tests read it.
enum Manual {
  /// Where `Package.swift` lies.
  static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  static func text(of path: String) -> String {
    (try? String(contentsOfFile: root + "/" + path, encoding: .utf8)) ?? ""
  }

  static let text = text(of: "README.md")

  /// The files of `docker/examples` that are configurations.
  static let examples = ["small-office", "sales-and-support", "hospital-desk"]

  /// The cells of the one table that has this heading row; empty when there is none, or more than one.
  static func table(_ headings: String...) -> [[String]] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let starts = lines.indices.filter { cells(lines[$0]) == headings }
    guard starts.count == 1, let start = starts.first else { return [] }
    return lines[start...].dropFirst(2).prefix { $0.hasPrefix("|") }.map(cells)
  }

  private static func cells(_ line: Substring) -> [String] {
    guard line.hasPrefix("| "), line.hasSuffix("|") else { return [] }
    return line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map(trimmed)
  }

  /// The insides of code blocks of a language, also of those that are indented.
  static func blocks(_ language: String) -> [String] {
    var blocks: [[Substring]] = []
    var isWanted = false
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let bare = line.drop { $0 == " " }
      if bare.hasPrefix("```") {
        isInside.toggle()
        isWanted = isInside && bare.dropFirst(3) == language
        if isWanted { blocks.append([]) }
      } else if isWanted {
        blocks[blocks.count - 1].append(bare)
      }
    }
    return blocks.map { $0.joined(separator: "\n") }
  }

  /// What stands in backticks.
  static func words(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
      String($0.element)
    }
  }

  /// As a shell splits a line without anything but single quotes and a comment.
  static func shellWords(_ line: some StringProtocol) -> [String] {
    var words: [String] = []
    for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        words.append(String(part))
        continue
      }
      for word in part.split(separator: " ") {
        if word == "#" { return words }
        words.append(String(word))
      }
    }
    return words
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    var text = Substring(text)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
