import Control
import LoopbackTesting

extension Story {
  /// The daemon dies with a call up. What was said is kept, and what was going on is told as it was.
  func killedInMidCall() async throws {
    screen.heading("The daemon is killed in mid-call")
    let mark = events.mark
    let rings = marks
    let party = try OutsideParty(
      calling: office, as: "吉田 千尋", from: OutsideParty.address(of: "0921230008"), tone: 1800)
    let offer = try await offer(of: try await arrival(from: mark), party, marks: rings)
    try await answer(offer)
    let started = try await events.notice("recording.started") { $0.contact == offer.contact }
    try await talk(party, 2.5)
    let killed = try await office.kill()
    let talked = Double(killed - started.at) / 1e9
    screen.say("tsunagid", "is killed (SIGKILL), \(talked.text(2)) s into the recording", at: killed)
    await party.vanish()
    events.close()
    events = try await office.open()
    narrate()
    try offer.phone.hangUp()

    let record = try await record(offer.contact)
    let reason = record["endReason"]?.text ?? "no end"
    try screen.check("the contact ended", reason == "system_failure", expected: "system_failure", seen: reason)
    let recording = record["recordings"]?.elements.first
    let state = recording?["state"]?.text ?? "no recording"
    try screen.check("its recording is marked", state == "interrupted", expected: "interrupted", seen: state)
    let sound = try Sound(wave: recording?["path"]?.text ?? "")
    try plays(sound, offer, until: talked)
    try await logIn()
    let next = try await shortCall(
      as: "小林 さくら", from: OutsideParty.address(of: "07012340006"), headers: "", tone: 1950)
    try screen.check(
      "calls go on: the phone's registration outlived the daemon", next.card.customer == "小林 さくら",
      expected: "小林 さくら's card", seen: next.card.line)
    try await everybodyFinishes()
  }

  /// Both are in the file up to a second before the kill at the most, each in her channel.
  private func plays(_ sound: Sound, _ offer: Offer, until talked: Double) throws {
    let left = sound.offset(of: offer.party.tone, channel: 0) ?? 0
    let right = sound.channels.count > 1 ? sound.offset(of: offer.phone.tone, channel: 1) ?? 0 : 0
    let lost = talked - min(left, right)
    try screen.check(
      "it plays to within 1 s of the kill", sound.channels.count == 2 && lost < 1,
      expected: "two channels, both parties heard until \((talked - 1).text(2)) s at least",
      seen: "\(sound.seconds.text(2)) s; left \(offer.party.name) until \(left.text(2)) s, "
        + "right \(offer.phone.name) until \(right.text(2)) s")
  }

  /// The contact as the history has it.
  func record(_ contact: String) async throws -> JSON {
    let list = try await events.request("history.list", ["contact": .string(contact)]).elements
    guard let record = list.first else { throw Fault("the history does not know \(contact)") }
    return record
  }
}
