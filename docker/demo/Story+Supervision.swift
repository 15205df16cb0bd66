import Control
import LoopbackTesting

extension Story {
  /// Who supervises in the demo: not logged in; her own phone is rung.
  static let supervisor = (agent: "1003", name: "高橋 美咲", phone: "softphone", tone: 1150.0)
  /// What a whisper may be at most where it must not be, in dB below full scale: nothing that anybody hears.
  static let secrecy = -60.0

  /// A supervisor listens to a call and whispers: measured at the customer's ear, the agent's and in the recording.
  func whisper() async throws {
    screen.heading("A supervisor whispers: the agent hears it, the customer does not")
    let (agent, name, id, tone) = Self.supervisor
    let ports = try FreePorts.first(on: "127.0.0.1", from: 24680, count: 10, step: 10)
    let hers = try await DeskPhone(
      agent: agent, name: name, id: id, tone: tone, registrar: "127.0.0.1:\(office.port)", ports: ports, screen: screen)
    let mark = events.mark
    let rings = marks
    let party = try OutsideParty(
      calling: office, as: "山田 太郎", from: OutsideParty.address(of: "0312340001"), tone: 940)
    let offer = try await offer(of: try await arrival(from: mark), party, marks: rings)
    try await answer(offer)
    let file = try await events.notice("recording.started", from: mark) { $0.contact == offer.contact }.data("path")?
      .text

    let (ring, ears) = (hers.mark, hers.ears)
    screen.say(name, "tsunagi monitor \(agent) start --agent \(offer.phone.agent)")
    _ = try await office.client(["monitor", agent, "start", "--agent", offer.phone.agent])
    try await hers.event("CALL_INCOMING", from: ring)
    try hers.accept()
    try await events.notice("monitor.started", from: mark)
    try await talk(party, 1)
    try isSecret("\(party.name)'s ear while \(name) listens", party.voice.heard(last: 1), whom: offer.phone)
    _ = try await office.client(["monitor", agent, "whisper"])
    try await events.notice("monitor.changed", from: mark) { $0.data("mode")?.text == "whisper" }
    screen.say(name, "whispers")
    try await talk(party, 3)
    let whispered = party.voice.heard(last: 3)
    try isSecret("\(party.name)'s ear while \(name) whispers", whispered, whom: offer.phone)
    try offer.phone.hangUp()
    let during = try await offer.phone.heard(since: offer.ears)
    try await over(offer, reason: "agent_hung_up")
    _ = try await office.client(["monitor", agent, "stop"])

    let loudest = during.loudestLevel(of: tone, seconds: 0.5)
    try screen.check(
      "\(offer.phone.name) heard the whisper", loudest > Self.heard,
      expected: "\(tone.text(0)) Hz above \(Self.heard.decibels)", seen: "\(tone.text(0)) Hz at \(loudest.decibels)")
    let listened = try await hers.heard(since: ears)
    for (whom, voice) in [(party.name, party.tone), (offer.phone.name, offer.phone.tone)] {
      try hears(name, whom, voice, in: listened.middle)
    }
    guard let file else { throw Fault("the recording of \(offer.contact) has no path") }
    try await events.notice("recording.ended", from: mark) { $0.contact == offer.contact }
    let sound = try await fact("\(file) is sealed", within: .seconds(5)) {
      let sound = try Sound(wave: file)
      return sound.seconds > 3 ? sound : nil
    }
    let (left, right) = (sound.level(of: tone, channel: 0), sound.level(of: tone, channel: 1))
    try screen.check(
      "neither channel of the recording holds the whisper", max(left, right) < Self.secrecy,
      expected: "\(tone.text(0)) Hz below \(Self.secrecy.decibels)",
      seen: "left \(left.decibels), right \(right.decibels)")
    try await everybodyFinishes()
  }

  /// The one whom he talks with is there, and the supervisor is not.
  private func isSecret(_ whose: String, _ sound: Sound, whom: DeskPhone) throws {
    let tone = Self.supervisor.tone
    let (level, other) = (sound.level(of: tone), sound.usualLevel(of: whom.tone))
    try screen.check(
      whose, level < Self.secrecy && other > Self.heard,
      expected: "\(whom.name) above \(Self.heard.decibels), \(Self.supervisor.name) below \(Self.secrecy.decibels)",
      seen: "\(whom.name) \(other.decibels), \(Self.supervisor.name) \(level.decibels)")
  }
}
