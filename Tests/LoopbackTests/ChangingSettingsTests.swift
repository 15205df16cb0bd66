import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Settings changed by command` {
  @Test func `a paused queue rings nobody, and whoever waits is offered as soon as it goes on`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    try await office.events.request("queue.pause", ["queue": .string("support")])
    let paused = try await office.events.notice("queue.changed")
    #expect(
      paused.data("changes") == .array([.object(["key": .string("paused"), "old": .null, "new": .bool(true)])]))
    let caller = try office.caller(.patientCaller())
    let phone = try office.phone(.answeringPhone(after: 10))
    let waiting = try await office.events.notice("contact.queued").contact
    // Of what is decided in this order, an offer would have come before the answer.
    #expect(try await office.events.request("queues.list").elements.first?["paused"] == .bool(true))
    #expect(!office.events.notices.contains { $0.type == "contact.offered" })
    try await office.events.request("queue.resume", ["queue": .string("support")])
    #expect(try await office.events.notice("contact.connected").contact == waiting)
    #expect(try await office.events.request("queues.list").elements.first?["paused"] == .bool(false))
    #expect(try await office.events.request("config.diff") == .array([]))
    try await office.hangUp(waiting)
    try await caller.succeeds()
    try await phone.succeeds()
    await office.stop()
  }

  @Test func `what was changed outlives kill -9, a dialog does not, and a reset goes back to the file at once`()
    async throws
  {
    let office = try await Office(queue: "weight = 1")
    let socket = try office.handPlayedCaller()
    var dialog = SIPSocket.Dialog("killed", service: "8000", at: office.host, from: Office.caller)
    socket.send("INVITE", in: dialog, body: socket.sdp())
    dialog.learn(try await socket.receive(200))
    socket.send("ACK", in: dialog, branch: "a")
    // By the file anna is rung first.
    try await office.events.request(
      "membership.set", ["agent": .string("anna"), "queue": .string("support"), "level": .integer(9)])
    try await office.events.request(
      "queue.set",
      ["queue": .string("support"), "settings": .object(["weight": .integer(5), "longest_line": .integer(4)])])
    office.daemon.process.signal(9)
    try await office.daemon.process.waitForExit()

    let again = try await Office(queue: "weight = 1", folder: office.daemon.folder, ports: office.port)
    // RFC 3261 §12.2.2: nobody here knows the dialog.
    socket.send("BYE", in: dialog, sequence: 2)
    _ = try await socket.receive(481, to: "BYE")
    let differences = try await again.events.request("config.diff").elements
    #expect(differences.map { $0["key"]?.text } == ["longest_line", "weight", "level"])
    #expect(differences.map { $0["file"] } == [.null, .integer(1), .integer(1)])
    #expect(differences.map { $0["running"] } == [.integer(4), .integer(5), .integer(9)])
    #expect(try await firstRung(in: again) == "boris")
    try await again.events.request("config.reset", ["scope": .string("all")])
    #expect(try await again.events.request("config.diff") == .array([]))
    #expect(try await firstRung(in: again) == "anna")
    again.daemon.process.signal(9)
    try await again.daemon.process.waitForExit()

    let last = try await Office(queue: "weight = 1", folder: office.daemon.folder, ports: office.port)
    #expect(try await last.events.request("config.diff") == .array([]))
    await last.stop()
  }

  @Test func `changes of many clients at once take nothing from each other`() async throws {
    let office = try await Office()
    let keys = [
      "weight", "ring_seconds", "ring_more_seconds", "longest_line", "longest_wait_seconds", "keep_place_seconds",
      "service_level_seconds", "short_abandon_seconds", "missed_offers_before_away", "overflow.full",
    ]
    try await withThrowingTaskGroup { group in
      for (index, key) in keys.enumerated() {
        let client = try office.daemon.connect()
        let value = key == "overflow.full" ? JSON.string("agent:anna") : .integer(Int64(31 + index))
        group.addTask {
          for value in [.null, value] {
            try await client.request("queue.set", ["queue": .string("support"), "settings": .object([key: value])])
          }
          client.close()
        }
      }
      try await group.waitForAll()
    }
    office.daemon.process.signal(9)
    try await office.daemon.process.waitForExit()
    let again = try await Office(folder: office.daemon.folder, ports: office.port)
    let found = try await again.events.request("config.diff").elements.map { $0["key"]?.text ?? "" }
    #expect(found == keys.sorted())
    await again.stop()
  }

  @Test func `what is wrong is refused as the file's faults are, and nothing is written`() async throws {
    let office = try await Office()
    await #expect(throws: (any Error).self) {
      try await office.events.request(
        "queue.set", ["queue": .string("support"), "settings": .object(["strategy": .string("linar")])])
    }
    await #expect(throws: (any Error).self) {
      try await office.events.request("queue.remove", ["queue": .string("support")])
    }
    #expect(try await office.events.request("config.diff") == .array([]))
    await office.stop()
  }

  /// Whose phone a call rings first, both being ready.
  private func firstRung(in office: Office) async throws -> String? {
    let mark = office.events.mark
    let phone = try office.phone(.ringingPhone())
    for agent in ["anna", "boris"] { try await office.works(agent, at: "ext-\(agent)") }
    let caller = try office.caller(.patientCaller())
    let ringing = try await office.events.notice("contact.ringing", from: mark)
    try await office.hangUp(ringing.contact)
    try await caller.succeeds()
    try await phone.succeeds()
    return ringing.agent
  }
}
