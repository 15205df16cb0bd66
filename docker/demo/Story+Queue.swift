import Control
import LoopbackTesting

extension Story {
  /// A caller who has reached an agent's phone.
  struct Offer {
    var contact: String
    var party: OutsideParty
    var phone: DeskPhone
    var card: Card
    /// When the phone rang.
    var rang: Int64
    /// The phone's files before this call.
    var ears: Set<String>
  }

  /// Waits for the contact of the caller who comes next.
  func arrival(from mark: Int) async throws -> String {
    let notice = try await events.notice("contact.arrived", from: mark)
    guard let contact = notice.contact else { throw Fault("a contact without a name arrived") }
    return contact
  }

  /// Waits until the card is there and the phone rings, and checks the order.
  func offer(of contact: String, _ party: OutsideParty, marks: [String: Int]) async throws -> Offer {
    let popUp = try await events.notice("popup") { $0.contact == contact }
    guard let agent = popUp.agent, let phone = phones[agent] else {
      throw Fault("a card popped up at \(popUp.agent ?? "nobody")")
    }
    let ring = try await phone.event("CALL_INCOMING", from: marks[agent] ?? 0)
    let ahead = Double(ring.at - popUp.at) / 1e6
    // On a busy machine the client may come to read late what had reached it in time.
    let times = "\(screen.time(of: popUp.at)), ring \(screen.time(of: ring.at))"
    try screen.check(
      "\(phone.name) has the card before the phone rings", ahead > 0 || ring.noticesLay, expected: "the card first",
      seen: ahead > 0 ? "card \(times), \(ahead.text(1)) ms later" : "it lay there unread at the ring; read \(times)")
    tones[contact] = (party.tone, phone.tone)
    return Offer(contact: contact, party: party, phone: phone, card: Card(popUp), rang: ring.at, ears: phone.ears)
  }

  /// The agent answers; outside the agent is heard.
  func answer(_ offer: Offer) async throws {
    try offer.phone.accept()
    try await events.notice("contact.connected") { $0.contact == offer.contact }
    try await offer.party.voice.hears(offer.phone.tone)
    try await talk(offer.party, 0.3)
    try hears(offer.party.name, offer.phone.name, offer.phone.tone, in: offer.party.voice.heard(last: 0.3))
  }

  /// Waits until it is over, and looks at what the agent heard.
  func over(_ offer: Offer, reason: String) async throws {
    let ended = try await events.notice("contact.ended") { $0.contact == offer.contact }
    let seen = ended.data("reason")?.text ?? ""
    try screen.check("the call of \(offer.party.name) ended", seen == reason, expected: reason, seen: seen)
    try await offer.party.leaves()
    let sound = try await offer.phone.heard(since: offer.ears)
    try hears(offer.phone.name, offer.party.name, offer.party.tone, in: sound.middle)
  }

  var marks: [String: Int] { phones.mapValues(\.mark) }

  /// Three callers for two agents.
  func threeCallers() async throws {
    screen.heading("Three callers, two agents")
    var mark = events.mark
    let rings = marks
    let yamada = try OutsideParty(
      calling: office, as: "山田 太郎", from: OutsideParty.address(of: "0312340001"), tone: 900, hangsUpAfter: 5000)
    let first = try await arrival(from: mark)
    mark = events.mark
    let tanaka = try OutsideParty(
      calling: office, as: "田中 美代子", from: OutsideParty.address(of: "0612340002"), tone: 1050)
    let second = try await arrival(from: mark)
    mark = events.mark
    let watanabe = try OutsideParty(
      calling: office, as: "渡辺 由美", from: OutsideParty.address(of: "0451230004"), tone: 1250)
    let third = try await arrival(from: mark)

    let one = try await offer(of: first, yamada, marks: rings)
    try knows(one)
    let two = try await offer(of: second, tanaka, marks: rings)
    try knows(two)
    try await answer(one)
    try await answer(two)
    try await music(for: watanabe, contact: third)
    let three = try await pickedUp(watanabe, contact: third, after: one)
    try await answer(three)
    try await over(one, reason: "caller_hung_up")

    screen.heading("Wrap-up")
    try two.phone.hangUp()
    try await over(two, reason: "agent_hung_up")
    let pause = try await wrapUp(of: two.phone.agent, after: second)
    try screen.check(
      "\(two.phone.name)'s wrap-up ends by itself", pause > 3.9, expected: "the 4 s of the configuration",
      seen: "\(pause.text(1)) s after the call")
    try three.phone.hangUp()
    try await over(three, reason: "agent_hung_up")
    try await everybodyFinishes()
  }

  private func knows(_ offer: Offer) throws {
    try screen.check(
      "the card is that of the sample's customer",
      offer.card.kind == "known" && offer.card.customer == offer.party.name,
      expected: offer.party.name, seen: offer.card.customer.isEmpty ? offer.card.kind : offer.card.customer)
  }

  /// The third one hears music and nobody's talk.
  private func music(for party: OutsideParty, contact: String) async throws {
    let sound = try await fact("a second of music for \(party.name)") {
      let sound = party.voice.heard(last: 1)
      return sound.seconds >= 0.99 && sound.level() > -40 ? sound : nil
    }
    let talk = phones.values.map { sound.usualLevel(of: $0.tone) }.max() ?? -120
    let isOffered = events.notices.contains { $0.type == "contact.offered" && $0.contact == contact }
    try screen.check(
      "\(party.name) waits and hears music", talk < Self.silence && !isOffered,
      expected: "music alone, and no phone that rings",
      seen: "\(sound.level().decibels), the agents' talk \(talk.decibels)")
  }

  /// The agent of `offer` becomes free, and her phone rings for the one who waited.
  private func pickedUp(_ party: OutsideParty, contact: String, after offer: Offer) async throws -> Offer {
    let agent = offer.phone.agent
    try await events.notice("contact.ended") { $0.contact == offer.contact }
    try await events.notice("agent.changed") {
      $0.agent == agent && $0.data("activity")?.text == "acw"
    }
    let mark = events.mark
    let rings = marks
    let asked = monotonicNanoseconds()
    try await events.request("agent.finish", ["agent": .string(agent)])
    let next = try await self.offer(of: contact, party, marks: rings)
    let free = try await isFree(agent, from: mark)
    try screen.check(
      "\(party.name) is picked up the moment \(next.phone.name) is free", next.phone === offer.phone,
      expected: "at \(offer.phone.name)",
      seen: "\((Double(next.rang - free.at) / 1e6).text(1)) ms from free to ring, "
        + "\((Double(next.rang - asked) / 1e6).text(1)) ms from the click")
    return next
  }

  /// Seconds from the end of `contact` to the notice that says that its agent is free.
  private func wrapUp(of agent: String, after contact: String) async throws -> Double {
    let isEnd: @Sendable (ControlConnection.Received) -> Bool = { $0.contact == contact }
    let ended = try await events.notice("contact.ended", where: isEnd)
    let end = events.notices.firstIndex { $0.type == "contact.ended" && isEnd($0) }
    let free = try await isFree(agent, from: end ?? 0)
    return Double(free.at - ended.at) / 1e9
  }

  /// One whose number is withheld and one whom nobody knows.
  func callersWithoutCard() async throws {
    screen.heading("A withheld number, an unknown number")
    let withheld = try await shortCall(
      as: "非通知", from: "\"Anonymous\" <sip:anonymous@anonymous.invalid>",
      headers: "P-Asserted-Identity: <sip:0312340001@127.0.0.2>\nPrivacy: id", tone: 1350)
    try screen.check(
      "the number is withheld", withheld.card.display == "非通知" && withheld.card.customer.isEmpty,
      expected: "非通知 and no customer", seen: withheld.card.line)
    let told = events.notices.filter { $0.contact == withheld.contact }.map { "\($0.event)" }.joined()
    try screen.check(
      "no notice tells the number that the trunk knows", !told.contains("312340001"), expected: "none",
      seen: "none of \(events.notices.count { $0.contact == withheld.contact })")
    let unknown = try await shortCall(
      as: "090-9876-5432", from: OutsideParty.address(of: "09098765432"), headers: "", tone: 1550)
    try screen.check(
      "an unknown number has an empty card", unknown.card.kind == "unknown" && unknown.card.display == "090-9876-5432",
      expected: "090-9876-5432, unknown", seen: unknown.card.line)
    try await everybodyFinishes()
  }

  /// Comes, is answered, and is hung up by the agent after a moment.
  func shortCall(as name: String, from: String, headers: String, tone: Double) async throws -> Offer {
    let mark = events.mark
    let rings = marks
    let party = try OutsideParty(calling: office, as: name, from: from, headers: headers, tone: tone)
    let offer = try await offer(of: try await arrival(from: mark), party, marks: rings)
    try await answer(offer)
    try await talk(offer.party, 1)
    try offer.phone.hangUp()
    try await over(offer, reason: "agent_hung_up")
    return offer
  }

  /// Lets them talk until the outside party has heard so many seconds more.
  func talk(_ party: OutsideParty, _ seconds: Double) async throws {
    let packets = party.voice.packets + Int(seconds * 50)
    _ = try await fact("\(party.name) hears \(seconds.text(1)) s more") { party.voice.packets >= packets ? true : nil }
  }
}
