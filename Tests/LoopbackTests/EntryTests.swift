import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Entries at the door` {
  private static let entries = """
    [[entries]]
    called = "8100"
    announcement = "{folder}/closed.wav"
    status = 480
    [[entries]]
    called = "8101"
    reject = 606
    [[entries]]
    called = "8102"
    caller = "blocked"
    reject = 607
    [[entries]]
    called = "8102"
    caller = "withheld"
    reject = 433
    [[entries]]
    called = "8102"
    caller = "payphone"
    reject = 484
    [[entries]]
    called = "8102"
    caller = "international"
    reject = 488
    [[entries]]
    called = "8102"
    queue = "support"
    [blocked]
    numbers = ["03-9999-0000"]
    """

  private func office() async throws -> Office {
    let folder = try temporaryFolder("office")
    try writeText("", to: folder + "/customers.toml")
    try writeWave(tone: 1500, seconds: 0.8, to: folder + "/closed.wav")
    return try await Office(Self.entries, folder: folder)
  }

  private static func refused(_ status: Int, caller: String = Office.caller, headers: String = "") -> Scenario {
    Scenario().invite(caller: caller, headers: headers).receive(100, optional: true).receive(status)
      .acknowledgeFailure()
  }

  @Test func `an announcement is heard unanswered, then the call ends with the chosen status`() async throws {
    let office = try await office()
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(
      Scenario().invite(caller: Office.caller).receive(100, optional: true).receive(183).receive(480)
        .acknowledgeFailure(), service: "8100", audio: ear.port)
    try await ear.hears(1500)
    try await caller.succeeds()
    let ended = try await office.events.notice("contact.ended")
    #expect(ended.data("reason")?.text == "announced")
    ear.stop()
    await office.stop()
  }

  @Test func `who calls decides: rejected, blocked, withheld, payphone, from abroad, and everybody else`() async throws
  {
    let office = try await office()
    let abroad = "<sip:+14155550100@127.0.0.2>"
    let calls: [(String, Scenario)] = [
      ("8101", Self.refused(606)),
      ("8102", Self.refused(607, caller: "<sip:0399990000@127.0.0.2>")),
      ("8102", Self.refused(607, caller: "<sip:+81399990000@127.0.0.2>")),
      ("8102", Self.refused(433, headers: "Privacy: id")),
      ("8102", Self.refused(433, caller: "\"Anonymous\" <sip:anonymous@anonymous.invalid>")),
      ("8102", Self.refused(484, caller: "\"公衆電話\" <sip:anonymous@anonymous.invalid>")),
      ("8102", Self.refused(484, caller: "\"Coin line/payphone\" <sip:anonymous@anonymous.invalid>")),
      ("8102", Self.refused(488, caller: abroad)),
      ("8102", .ordinaryCaller(talks: 10)),
    ]
    for (service, scenario) in calls { try await office.caller(scenario, service: service).succeeds() }
    _ = try await fact("nine contacts have ended") {
      office.events.notices.count { $0.type == "contact.ended" } == calls.count ? true : nil
    }
    let anonymity = office.events.notices.filter { $0.type == "contact.arrived" }
      .map { $0.data("caller")?["anonymity"]?.text }
    #expect(anonymity == [nil, nil, nil, "withheld", "withheld", "payphone", "payphone", nil, nil])
    #expect(office.events.notices.count { $0.type == "contact.queued" } == 1)
    await office.stop()
  }
}
