import CallCenter
import Control
import Distribution
import Entries
import History
import Recordings
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Who may do what to which contact` {
  private var floor = Floor()
  private let anna = Client(number: 2, role: .agent, agent: "anna", userID: 1000, processID: 2)
  private let boris = Client(number: 3, role: .agent, agent: "boris", userID: 1001, processID: 3)
  private let anyAgent = Client(number: 4, role: .agent, agent: nil, userID: 1002, processID: 4)
  private let supervisor = Client(number: 5, role: .supervisor, agent: "chieko", userID: 1003, processID: 5)

  private mutating func kind(_ request: Request, as client: Client) -> ControlError.Kind? {
    guard case .failure(let error) = floor.asks(request, as: client) else { return nil }
    return error.kind
  }

  /// Anna talks.
  private mutating func talk() throws -> ContactID {
    floor.works("anna", at: "desk-1")
    _ = floor.call("8001")
    floor.works("boris", at: "desk-2")
    floor.works("chieko", at: "desk-3")
    floor.answers(try #require(floor.dialled.first))
    return try #require(floor.calls.first?.contact)
  }

  @Test mutating func `an agent hangs up her own contact and nobody else's`() throws {
    let contact = try talk()
    let owner = try #require(floor.calls.first?.agent)
    let (own, other) = owner == "boris" ? (boris, anna) : (anna, boris)
    #expect(kind(.callHangUp(contact), as: other) == .forbidden)
    #expect(floor.calls.count == 1)
    #expect(kind(.callHangUp(contact), as: own) == nil)
    #expect(floor.calls.isEmpty)
    #expect(kind(.callHangUp(contact), as: own) == .notFound)
  }

  @Test mutating func `nobody's contact, waiting, is no agent's own`() throws {
    _ = floor.call()
    let contact = try #require(floor.calls.first?.contact)
    #expect(kind(.callHangUp(contact), as: anna) == .forbidden)
    #expect(kind(.callHangUp(contact), as: anyAgent) == nil)
  }

  @Test mutating func `a supervisor hangs up anything, also with an agent's name of her own`() throws {
    let contact = try talk()
    #expect(kind(.callHangUp(contact), as: supervisor) == nil)
    #expect(floor.records.values.map(\.endReason) == [.hungUpByCommand])
  }

  @Test mutating func `a stranger to a contact learns nothing of its recording`() throws {
    _ = floor.call()
    let waiting = try #require(floor.calls.first?.contact)
    for request in [.recordingStart(waiting), .recordingStop(waiting)] as [Request] {
      #expect(kind(request, as: anna) == .forbidden)
      #expect(kind(request, as: supervisor) == .wrongState)
    }
  }

  @Test(arguments: [RecordingPolicy.always, .never]) mutating func `what the queue decides of recordings stands`(
    policy: RecordingPolicy
  ) throws {
    floor = Floor { $0.queues["sales"]?.recording = policy }
    let contact = try talk()
    #expect(floor.recordings.count == (policy == .always ? 1 : 0))
    #expect(kind(.recordingStart(contact), as: supervisor) == (policy == .always ? nil : .refused))
    #expect(kind(.recordingStop(contact), as: supervisor) == (policy == .always ? .refused : .wrongState))
    #expect(floor.recordings.count == (policy == .always ? 1 : 0))
  }

  @Test mutating func `whoever is not there, not logged in or not wrapping up is told so`() {
    #expect(kind(.agentLogIn("nobody", "desk-1"), as: supervisor) == .notFound)
    #expect(kind(.agentLogIn("anna", "desk-9"), as: supervisor) == .notFound)
    #expect(kind(.agentLogOut("nobody"), as: supervisor) == .notFound)
    #expect(kind(.agentSetStatus("anna", .ready), as: anna) == .wrongState)
    #expect(kind(.agentFinish("anna"), as: anna) == .wrongState)
    #expect(kind(.agentExtendWrapUp("anna", seconds: 5), as: anna) == .wrongState)
    #expect(kind(.callHangUp("nothing"), as: anna) == .notFound)
  }

  @Test mutating func `who names no phone logs in at her own`() {
    floor = Floor { $0.agents["anna"]?.phone = "desk-2" }
    #expect(kind(.agentLogIn("anna", nil), as: anna) == nil)
    guard case .success(.agents(let agents))? = floor.asks(.agentsList) else {
      Issue.record("no list of agents")
      return
    }
    #expect(agents.first { $0.agent == "anna" }?.phone == "desk-2")
    #expect(kind(.agentLogIn("boris", nil), as: supervisor) == .invalidParameters)
    #expect(kind(.agentLogIn("nobody", nil), as: supervisor) == .notFound)
  }

  @Test mutating func `who set a status is told with it`() {
    floor.asks(.agentLogIn("anna", "desk-1"), as: anna)
    let mark = floor.mark
    floor.asks(.agentSetStatus("anna", .ready), as: anna)
    floor.asks(.agentSetStatus("anna", .away(reason: "lunch")), as: supervisor)
    let actors = floor.notices(from: mark).compactMap { notice -> String? in
      if case .agentChanged(_, _, let actor) = notice.body { actor } else { nil }
    }
    #expect(actors == ["agent", "supervisor"])
  }
}
