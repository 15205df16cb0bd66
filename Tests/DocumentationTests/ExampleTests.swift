import Control
import FoundationEssentials
import Testing

@testable import ControlClient

@Suite struct `The manual's examples` {
  private let administrator = Client(number: 1, role: .administrator, agent: nil, userID: 0, processID: 1)

  @Test func `every request is one that the daemon takes`() throws {
    let lines = Manual.blocks("json").flatMap { $0.split(separator: "\n") }
    #expect(!lines.isEmpty)
    for line in lines {
      let call = try JSONRPC.call(reading: line.utf8)
      _ = try Command.named(call.method).request(parameters: call.parameters, from: administrator)
    }
  }

  @Test func `every command line of the client is one that it takes`() throws {
    let lines = Manual.blocks("sh").flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("tsunagi ") }
    #expect(lines.count > 5)
    for line in lines { _ = try Invocation.read(Array(Manual.shellWords(line).dropFirst()), version: "") }
  }

  @Test func `every target of the Makefile has its row`() throws {
    let targets = Manual.text(of: "Makefile").split(separator: "\n").compactMap { line -> [String]? in
      guard let match = line.prefixMatch(of: #/([a-z-]+):[^#]*## (.+)/#) else { return nil }
      return ["`make \(match.1)`", String(match.2)]
    }
    #expect(!targets.isEmpty)
    let rows = targets.map { "| \($0[0]) | \($0[1]) |" }.joined(separator: "\n")
    #expect(Manual.table("Target", "What it does") == targets, "README lacks these rows:\n\(rows)")
  }

  @Test(arguments: ["Sources", "CShims"])
  func `every part of the house is in the drawing`(folder: String) throws {
    let drawing = try #require(Manual.blocks("").first { $0.contains("CShims/") && $0.contains("Sources/") })
    let words = Set(drawing.split { !$0.isLetter }.map(String.init))
    let parts = try FileManager.default.contentsOfDirectory(atPath: Manual.root + "/" + folder)
    for part in parts { #expect(words.contains(part), "\(folder)/\(part)") }
  }

  @Test func `what it points at is there`() {
    var links = Manual.text.matches(of: #/\]\(([^)#]+)\)/#).map { String($0.1) }
    links += Manual.text.matches(of: #/`((?:Tests|Sources|docker)\/[A-Za-z\/.]+)`/#).map { String($0.1) }
    #expect(links.count > 5)
    for link in links { #expect(FileManager.default.fileExists(atPath: Manual.root + "/" + link), "\(link)") }
  }

  @Test func `what it jumps to is a heading`() {
    let headings = Manual.text.split(separator: "\n").filter { $0.hasPrefix("##") }.map { heading in
      heading.drop { $0 == "#" || $0 == " " }.lowercased().filter {
        $0.isLetter || $0.isNumber || $0 == " " || $0 == "-"
      }
      .split(separator: " ", omittingEmptySubsequences: false).joined(separator: "-")
    }
    let jumps = Manual.text.matches(of: #/\]\(#([^)]+)\)/#).map { String($0.1) }
    #expect(!jumps.isEmpty)
    for jump in jumps { #expect(headings.contains(jump), "\(jump)") }
  }

  @Test func `figures stand between their marks, and emergency calls in the first lines`() throws {
    let text = Manual.text
    let start = try #require(text.firstRange(of: "<!-- figures -->"))
    let end = try #require(text.firstRange(of: "<!-- /figures -->"))
    #expect(start.upperBound < end.lowerBound)
    let saysHow = text[start.upperBound..<end.lowerBound].contains("make bench")
    #expect(saysHow)
    let first = text.split(separator: "\n").prefix(8).joined()
    for number in ["110", "118", "119"] { #expect(first.contains(number)) }
  }
}
