import Control
import Glibc
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Why a call went where it went` {
  /// What `tsunagi why` prints.
  private func why(_ contact: String, _ office: Office, _ options: String..., locale: String = "C") async throws
    -> String
  {
    let log = "\(office.daemon.folder)/why.log"
    unlink(log)
    let client = try ChildProcess(
      programs() + "/tsunagi", ["--socket", office.daemon.socket, "why", contact] + options, in: office.daemon.folder,
      log: log, environment: ["LC_ALL": locale])
    #expect(try await client.waitForExit(within: .seconds(60)) == 0)
    return try readText(log)
  }

  @Test func `anna declines, boris answers: both decisions are told, during the call, and after a restart`()
    async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let floor = try office.handPlayedPhone()
    let caller = try office.handPlayedCaller()
    var dialog = SIPSocket.Dialog("why", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    let first = try await floor.receive(request: "INVITE")
    let contact = try #require(first.header("X-Tsunagi-Contact"))
    floor.respond(180, "Ringing", to: first)
    try await office.works("boris", at: "ext-boris")
    floor.respond(603, "Decline", to: first)
    let second = try await floor.receive("the call for boris") {
      $0.method == "INVITE" && $0.header("CSeq") != nil && $0.text.contains("sip:1002@")
    }
    floor.respond(180, "Ringing", to: second)
    floor.respond(200, "OK", to: second, body: floor.sdp())
    try await office.events.notice("contact.connected")

    let told = try await office.events.request("distribution.explain", ["contact": .string(contact)])
    #expect(told["decisions"]?.elements.map { $0["agent"]?.text } == ["anna", "boris"])
    #expect(told["present"] == nil)
    let last = try #require(told["decisions"]?.elements.last)
    #expect(last["candidates"]?.elements.map { $0["agent"]?.text } == ["boris"])
    #expect(last["leftOut"]?.elements.map { $0["reason"]?.text } == ["offer_failed"])
    #expect(last["leftOut"]?.elements.map { $0["detail"]?.text } == ["declined"])
    let lines = try await why(contact, office).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains("it was offered to 安藤 杏奈, the only one who could take it"))
    #expect(lines[1].contains("it was offered to 坊野 利助"))
    #expect(lines[1].contains("left out: 安藤 杏奈 (left out after declining)"))
    #expect(try await why(contact, office, locale: "ja_JP.UTF-8").contains("坊野 利助さんを呼び出しました"))
    #expect(try await why(contact, office, "--json").contains("\"candidates\":[{"))

    try await caller.hangUp(dialog)
    try await floor.isHungUp()
    try await office.events.notice("contact.ended")
    await office.stop()
    let again = try await Office(folder: office.daemon.folder)
    #expect(try await why(contact, again).split(separator: "\n").map(String.init) == lines.map(String.init))
    await again.stop()
  }
}
