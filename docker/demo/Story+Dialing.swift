import Control
import LoopbackTesting

extension Story {
  /// Click-to-dial: the agent's phone first, then the number, then both are joined.
  func clickToDial() async throws {
    screen.heading("Click to dial")
    guard let phone = phones["1001"] else { throw Fault("agent 1001 has no phone") }
    let party = try OutsideParty(calledBy: office, as: "045-123-0004", tone: 1650)
    let (mark, ring, ears) = (events.mark, phone.mark, phone.ears)
    screen.say(phone.name, "clicks on 045-123-0004 (call.dial)")
    let answer = try await events.request("call.dial", ["agent": .string("1001"), "to": .string("045-123-0004")])
    guard let contact = answer["contact"]?.text else { throw Fault("call.dial answered \(answer)") }
    tones[contact] = (party.tone, phone.tone)
    let rang = try await phone.event("CALL_INCOMING", from: ring)
    try screen.check(
      "the agent's own phone rings first", !events.notices.dropFirst(mark).contains { $0.type == "contact.dialing" },
      expected: "nothing dialled yet", seen: "nothing dialled yet")
    try phone.accept()
    try await events.notice("contact.connected", from: mark) { $0.contact == contact }
    try await party.voice.hears(phone.tone)
    try await talk(party, 1)
    try hears(party.name, phone.name, phone.tone, in: party.voice.heard(last: 0.3))
    try phone.hangUp()
    let card = Card(try await events.notice("popup", from: mark) { $0.contact == contact })
    try screen.check(
      "the card of the number dialled is there", card.customer == "渡辺 由美", expected: "渡辺 由美", seen: card.line)
    let offer = Offer(contact: contact, party: party, phone: phone, card: card, rang: rang.at, ears: ears)
    try await over(offer, reason: "agent_hung_up")
    try await everybodyFinishes()
  }
}
