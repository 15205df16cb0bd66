import Configuration
import FoundationEssentials
import Testing

@testable import ControlClient

/// What README shows of a terminal, in blocks of the language `console`.
struct Transcript: Sendable, CustomTestStringConvertible {
  /// Of one command, behind its `$`; a line that ends with a backslash goes on in the next.
  var command: String
  /// The lines below it.
  var output: String
  var testDescription: String { command }
  var words: [String] { Manual.shellWords(command) }

  static let all: [Transcript] = Manual.blocks("console").flatMap { block in
    var all: [Transcript] = []
    var goesOn = false
    for line in block.split(separator: "\n", omittingEmptySubsequences: false) {
      let part = line.hasSuffix("\\") ? line.dropLast() : line
      if line.hasPrefix("$ ") {
        all.append(Transcript(command: String(part.dropFirst(2)), output: ""))
      } else if goesOn {
        all[all.count - 1].command += " " + part
      } else if !all.isEmpty {
        all[all.count - 1].output += line + "\n"
      }
      goesOn = line.hasSuffix("\\")
    }
    return all
  }

  static func of(_ names: String...) -> [Transcript] {
    all.filter { names.contains($0.words.prefix(2).joined(separator: " ")) }
  }
}

@Suite struct `The worked examples` {
  @Test func `the folder holds these, and what they need`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Manual.root + "/docker/examples")
    #expect(Set(files) == Set(Manual.examples.map { $0 + ".toml" } + ["customers.toml", "closed.wav"]))
  }

  @Test(arguments: Manual.examples)
  func `each is in order, nothing of it is doubtful, and README says so`(name: String) throws {
    let path = "docker/examples/\(name).toml"
    let loaded = try DaemonConfiguration.parse(
      text: Manual.text(of: path), path: Manual.root + "/" + path, read: `The manual's keys of the configuration`.reader
    )
    #expect(loaded.warnings == [])
    #expect(!loaded.configuration.customers.isEmpty)
    let transcript = Transcript.of("tsunagid --check").first { $0.words.last?.hasSuffix("\(name).toml") == true }
    #expect(transcript?.output == "\(transcript?.words.last ?? ""): in order\n")
    #expect(Manual.text.contains("(\(path))"), "README does not point at it")
  }

  @Test(arguments: Manual.examples)
  func `each is simulated in README`(name: String) {
    #expect(Transcript.of("tsunagi simulate").contains { $0.words.contains("docker/examples/\(name).toml") })
  }
}

@Suite struct `Simulating the worked examples` {
  private final class Texts { var output = "", errors = "" }

  @Test(arguments: Transcript.of("tsunagi simulate", "tsunagi staff"))
  func `README shows what the command prints`(transcript: Transcript) {
    let texts = Texts()
    let program = ClientProgram(
      environment: [:], isTerminal: false, output: { texts.output += $0 }, errors: { texts.errors += $0 })
    let words = transcript.words.dropFirst().map { $0.hasPrefix("docker/") ? Manual.root + "/" + $0 : $0 }
    #expect(program.run(words, version: "") == 0 && texts.errors.isEmpty, "\(texts.errors)")
    #expect(texts.output == transcript.output, "README is to show:\n\(texts.output)")
  }
}
