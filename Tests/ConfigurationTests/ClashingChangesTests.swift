import Changes
import Control
import Distribution
import Telephony
import Testing

@testable import Configuration

/// The file was written anew while changes were saved.
@Suite struct `Changes that clash with a new file` {
  private static let text = """
    [[trunks]]
    id = "pbx"
    addresses = ["192.0.2.1"]
    [[queues]]
    id = "support"
    [[queues]]
    id = "night"
    [[queues]]
    id = "spare"

    """

  private func entry(_ called: String, _ queue: String) -> String {
    "[[entries]]\ncalled = \"\(called)\"\nqueue = \"\(queue)\"\n"
  }

  /// What runs when these wishes were saved over the file, and more is written in it then.
  private func started(_ wishes: [SettingWish], _ more: String) throws -> RunningConfiguration {
    var running = RunningConfiguration(
      try parse(Self.text + entry("8000", "support")).get().source, changes: SettingChanges())
    for wish in wishes { running = try running.changed(wish, by: .init(user: 1000, at: 1)).get().running }
    let source = try parse(Self.text + entry("8000", "support") + more).get().source
    return RunningConfiguration(source, changes: running.changes)
  }

  private let removals: [SettingWish] = [.remove(.queue("night")), .remove(.queue("spare"))]

  @Test func `two that clash by themselves are aside, each with its own reason, and the others in force`() throws {
    let next = try started(
      removals + [.set(.queue("support"), ["weight": .integer(9)])], entry("8001", "night") + entry("8002", "spare"))
    #expect(
      next.aside.values.sorted()
        == [15, 18].map { line in
          "/nowhere/t.toml:\(line):9: there is no queue '\(line == 15 ? "night" : "spare")'"
        })
    #expect(next.configuration.distribution.queues.map(\.id) == ["support", "night", "spare"])
    #expect(next.configuration.distribution.queues.first?.weight == 9)
  }

  @Test func `one that clashes twice is aside, and another one is not blamed for it`() throws {
    let next = try started(removals, entry("8001", "spare") + entry("8002", "spare"))
    #expect(next.aside.count == 1)
    #expect(next.configuration.distribution.queues.map(\.id) == ["support", "spare"])
  }
}
