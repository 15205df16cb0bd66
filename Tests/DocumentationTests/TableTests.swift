import Control
import Distribution
import Figures
import FoundationEssentials
import Telephony
import Testing

@testable import ControlClient

@Suite struct `The manual's tables` {
  @Test func `the commands of the socket are those that are declared`() {
    let isThere = Manual.text.contains(Command.manualTable)
    #expect(isThere, "README lacks this table:\n\(Command.manualTable)")
  }

  @Test func `the client's commands are those that it has`() {
    let expected = Subcommand.all.map { command in
      [command.usage.map { "`\($0)`" }.joined(separator: "<br>"), command.help]
    }
    let rows = expected.map { "| \($0[0]) | \($0[1]) |" }.joined(separator: "\n")
    #expect(Manual.table("Command", "What it does") == expected, "README lacks these rows:\n\(rows)")
  }

  @Test func `the client's exit codes are those that it names`() throws {
    let line = try #require(Subcommand.overview.split(separator: "\n").first { $0.hasPrefix("Exit codes:") })
    let isThere = Manual.text.contains(line)
    #expect(isThere, "README lacks: \(line)")
    #expect(ClientError.unreachable(path: "", reason: "").exitCode == 69)
    #expect(ClientError.refused(code: 0, message: "").exitCode == 1)
  }

  @Test func `the figures of the floor are defined as they are reckoned`() {
    let isThere = Manual.text.contains(Definition.manualTable)
    #expect(isThere, "README lacks this table:\n\(Definition.manualTable)")
  }

  @Test func `what is another figure by event is told as it is reckoned`() {
    let isThere = Manual.text.contains(Definition.manualTableByEvent)
    #expect(isThere, "README lacks this table:\n\(Definition.manualTableByEvent)")
  }

  @Test func `the table of shifts can be imported as it stands`() throws {
    let lines = Manual.text.split(separator: "\n").drop { $0 != "agent,date,from,to,breaks,paid_breaks,work" }
    let table = lines.prefix { $0 != "```" }.joined(separator: "\n")
    let change = try ShiftTable.read(table) { ["1001", "1002", "1003"].contains($0) ? $0 : nil }.get()
    #expect(change.plans.values.reduce(0) { $0 + $1.count } == 5 && change.plans.count == 5)
  }

  @Test func `the types of events are those that there are`() {
    let table = Manual.table("Type", "Members of `data`", "When")
    #expect(table.map { $0[0] } == Notice.Body.types.map { "`\($0)`" })
  }

  @Test func `every event has the members that its row names`() throws {
    let rows = Manual.table("Type", "Members of `data`", "When")
    #expect(NoticeSamples.all.map(\.type).sorted() == Notice.Body.types.sorted(), "one sample for each type")
    for body in NoticeSamples.all {
      let row = try #require(rows.first { $0[0] == "`\(body.type)`" })
      let data = try NoticeSamples.parameters(of: body)["data"]
      #expect(Manual.words(row[1]) == NoticeSamples.members(of: data), "\(body.type)")
    }
  }

  @Test func `the members around an event are those that it has`() throws {
    let named = Manual.table("Member", "Meaning").flatMap { Manual.words($0[0]) }
    #expect(named.sorted() == NoticeSamples.members(of: .object(try NoticeSamples.parameters(of: .contactQueued))))
  }

  @Test func `the end reasons are the closed set`() {
    #expect(Manual.table("Reason", "Meaning").map { $0[0] } == EndReason.allCases.map { "`\($0.rawValue)`" })
  }

  @Test func `the agents' activities are the closed set`() {
    #expect(Manual.table("Activity", "Meaning").map { $0[0] } == AgentActivity.allCases.map { "`\($0.rawValue)`" })
  }

  @Test func `the strategies are the closed set`() {
    let expected = QueueStrategy.allCases.map { "`\($0.rawValue)`" }
    #expect(Manual.table("`strategy`", "Whom it takes first").map { $0[0] } == expected)
  }

  @Test func `the roles are those that there are, the least first`() {
    #expect(Manual.table("Role", "May").map { $0[0] } == Role.allCases.map { "`\($0.rawValue)`" })
  }

  @Test func `the error codes are those that there are`() {
    let expected = ControlError.Kind.allCases.map { ["\($0.rawValue)", "`\($0)`"] }
    #expect(Manual.table("Error code", "Kind", "When").map { Array($0.prefix(2)) } == expected)
  }

  @Test(arguments: PhoneNumber.Kind.allCases)
  func `every class of numbers that a dial plan opens is named`(kind: PhoneNumber.Kind) throws {
    let row = try #require(Manual.table("Key", "Default", "Meaning").first { $0[0] == "`open`" })
    #expect((row[1] + row[2]).contains(kind.rawValue))
  }
}
