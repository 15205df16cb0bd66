import Control
import Glibc
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `The card and the ring` {
  /// What lay at the client when the INVITE came to the phone, of this contact.
  private typealias Seen = [ControlConnection.Received]

  /// The client's socket and the phone's are looked at as the INVITE comes: the card lies there each time. A look comes
  /// some microseconds late; so, at least once, the client must even have read the card before the kernel had the INVITE,
  /// which no luck can bring about in the wrong order.
  @Test func `the card is at the client before the INVITE is at the agent's phone, sixty times`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    var rounds = 0
    var (seen, wasRead) = (0, false)
    while seen < 60 || !wasRead {
      rounds += 1
      try #require(
        rounds < 300, "\(seen) calls were seen, and never one whose card was read before its INVITE had come")
      // A customer whose card there is, and one who is not known.
      let number = rounds % 2 == 0 ? "0311112222" : "0344440000"
      var dialog = SIPSocket.Dialog("o\(rounds)", service: "8000", at: office.host, from: "<sip:\(number)@127.0.0.2>")
      let mark = office.events.mark
      _ = phone.take()
      let watch = try await phone.whenMessageComes { Seen(office.events.notices.dropFirst(mark)) }
      try await caller.call(&dialog, body: caller.sdp())
      let ring = try await watch.sight()
      let first = try await phone.receive()
      let contact = try #require(try await office.events.notice("contact.arrived", from: mark).contact)
      // Otherwise it was something late of the round before, and looked at too early.
      let isThisCall = first.method == "INVITE" && first.header("X-Tsunagi-Contact") == contact
      if isThisCall {
        seen += 1
        let cards = ring.value.filter { $0.contact == contact && $0.type == "popup" }
        #expect(cards.map { $0.data("card")?.text } == [rounds % 2 == 0 ? "known" : "unknown"], "call \(rounds)")
        if let card = cards.first, card.at < ring.at { wasRead = true }
      }
      let invite = isThisCall ? first : try await phone.receive(contact) { $0.header("X-Tsunagi-Contact") == contact }
      phone.respond(180, "Ringing", to: invite)
      try await office.events.notice("contact.ringing", from: mark)
      try await caller.hangUp(dialog)
      try await phone.isCancelled(invite)
      try await office.events.notice("contact.ended", from: mark)
    }
    #expect(!office.events.notices.contains { $0.type == "popup.completed" })
    // All of them are looked at when the office closes.
    #expect(phone.descriptions.count >= 60 && caller.descriptions.count >= 60)
    await office.stop()
  }

  @Test func `a slow directory: at the deadline the phone is rung without the card, which is completed later`()
    async throws
  {
    let office = try await Office("deadline_ms = 400")
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    let directory = try await Stalled(office.daemon.database)
    let watch = try await phone.whenMessageComes { Seen(office.events.notices) }
    var dialog = SIPSocket.Dialog("slow", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    let atRing = try await watch.sight().value
    let invite = try await phone.receive(request: "INVITE")
    phone.respond(180, "Ringing", to: invite)
    let card = try #require(atRing.first { $0.type == "popup" })
    #expect(card.agent == "anna")
    #expect(card.data("card")?.text == "pending")
    #expect(card.data("customers")?.elements.isEmpty == true)
    #expect(card.data("caller")?["number"]?.text == "+81311112222")
    #expect(try #require(card.data("waitedMilliseconds")?.whole) >= 400)
    #expect(!atRing.contains { $0.type == "popup.completed" })
    #expect(invite.header("From")?.contains("山田") == false)

    directory.goesOn()
    let completed = try await office.events.notice("popup.completed")
    #expect(completed.contact == card.contact)
    #expect(completed.agent == "anna")
    #expect(completed.data("card")?.text == "known")
    #expect(completed.data("customers")?.elements.first?["name"]?.text == "山田 太郎")
    try await caller.hangUp(dialog)
    try await phone.isCancelled(invite)
    #expect(try await office.record(try #require(card.contact))["customerName"]?.text == "山田 太郎")
    await office.stop()
  }
}

/// A database that nobody can read for now: another process, this one, holds the locks of its readers (SQLite's "WAL-mode
/// File Format" §2.3.1). Who wants to read tries again for some ten seconds.
private final class Stalled: Sendable {
  private let descriptor: Int32

  init(_ database: String) async throws {
    descriptor = open(database + "-shm", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault("\(database)-shm: \(String(cString: strerror(errno)))") }
    _ = try await fact("nobody reads \(database)") { hold(Int16(F_WRLCK)) ? true : nil }
  }

  /// Lets everybody read again.
  func goesOn() { _ = hold(Int16(F_UNLCK)) }

  private func hold(_ type: Int16) -> Bool {
    var readers = flock(l_type: type, l_whence: Int16(SEEK_SET), l_start: 123, l_len: 5, l_pid: 0)
    return fcntl(descriptor, F_SETLK, &readers) == 0
  }

  deinit { close(descriptor) }
}
