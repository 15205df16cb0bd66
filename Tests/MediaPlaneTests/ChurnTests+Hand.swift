import CMediaPlane
import Glibc
import TelephonyTesting

extension ChurnTests {
  struct Link: Hashable {
    let from: media_id
    let to: media_id
    let side: Int32
  }

  /// What one thread has, and does. Others link their own to its legs, never to be heard by them: so its own picture of who
  /// is heard by whom is whole, but for legs that others close.
  final class Hand: @unchecked Sendable {
    // Unchecked: belongs to its thread while that runs, and to the test before and after.
    let plane: Plane
    let peer: UInt16
    let music: media_id
    let announcement: String
    let shared: Guarded<[(leg: media_id, port: UInt16)]>
    var chance: SeededRandom
    var legs: [media_id] = []
    var tapes: [media_id] = []
    var codings: [media_id: Coding] = [:]
    var disturbed: Set<media_id> = []
    var links: [Link: UInt32] = [:]
    var names = 0
    var surprises: [String] = []

    init(
      _ plane: Plane, peer: UInt16, music: media_id, announcement: String,
      shared: Guarded<[(leg: media_id, port: UInt16)]>, seed: UInt64
    ) {
      self.plane = plane
      self.peer = peer
      self.music = music
      self.announcement = announcement
      self.shared = shared
      chance = SeededRandom(seed: seed)
      names = Int(seed) * 1_000_000
    }

    func step() {
      switch chance.next() % 21 {
      case 0, 1: if legs.count < 12 { open() }
      case 2: if legs.count > 4 { close() }
      case 3, 4: withLeg { stream($0) }
      case 5: withLeg { pause($0) }
      case 6...11: link()
      case 12...15: unlink()
      case 16: record()
      case 17: withLeg { play($0) }
      case 18: withLeg { secure($0) }
      case 19: withLeg { _ = media_leg_press(plane.pointer, $0, 0x35) }
      default: withLeg { _ = plane.statistics($0) }
      }
    }

    private func withLeg(_ body: (media_id) -> Void) { if !legs.isEmpty { body(chance.pick(legs)) } }

    func open() {
      guard let (leg, port) = try? plane.openLeg() else { return surprises.append("no leg") }
      legs.append(leg)
      shared.withLock { $0.append((leg, port)) }
    }

    func close() {
      let leg = legs.remove(at: Int(chance.next() % UInt64(legs.count)))
      shared.withLock { $0.removeAll { $0.leg == leg } }
      codings[leg] = nil
      disturbed.remove(leg)
      links = links.filter { $0.key.from != leg && $0.key.to != leg }
      media_leg_close(plane.pointer, leg)
    }

    private func stream(_ leg: media_id) {
      let coding = chance.pick([Coding.pcmu, .pcmu, .pcma, .g722])
      var stream = media_stream()
      stream.codec = coding.kind
      stream.type_in = coding.type
      stream.type_out = coding.type
      stream.keys_in = chance.chance(2) ? 101 : UInt8(MEDIA_NO_TYPE)
      stream.keys_out = 101
      stream.sends = true
      stream.hears = true
      stream.rtp = sockaddr_in.loopback(port: peer).storage
      stream.rtcp = sockaddr_in.loopback(port: peer).storage
      codings[leg] = coding
      if media_leg_stream(plane.pointer, leg, &stream) != Int32(MEDIA_OK) { surprises.append("no stream") }
    }

    private func secure(_ leg: media_id) {
      var (heard, said) = (secure_key(), secure_key())
      heard.suite = secure_suite(UInt32(chance.next() % 4))
      heard.bytes.0 = UInt8(chance.next() % 3)
      said.suite = heard.suite
      let code =
        chance.chance(2)
        ? media_leg_secure(plane.pointer, leg, nil, nil) : media_leg_secure(plane.pointer, leg, &heard, &said)
      if code != Int32(MEDIA_OK) { surprises.append("no keys") }
    }

    private func pause(_ leg: media_id) {
      codings[leg] = nil
      media_leg_pause(plane.pointer, leg)
    }

    private func play(_ leg: media_id) {
      disturbed.insert(leg)
      if media_leg_play(plane.pointer, leg, announcement) != Int32(MEDIA_OK) { surprises.append("no sound") }
    }

    private func link() {
      guard let to = legs.randomElement(using: &chance),
        let from = shared.withLock({ $0.randomElement(using: &chance)?.leg })
      else { return }
      let gain: UInt32 = chance.pick([256, 256, 256, 0, 128])
      var link = Link(from: from, to: to, side: 0)
      switch chance.next() % 8 {
      case 0:
        link = Link(from: music, to: to, side: 0)
        disturbed.insert(to)
      case 1, 2:
        guard let tape = tapes.randomElement(using: &chance) else { return }
        link = Link(from: from, to: tape, side: Int32(chance.next() % 2))
      default: break
      }
      guard link.from != link.to else { return }
      switch plane.link(link.from, link.to, side: link.side, gain: gain) {
      case Int32(MEDIA_OK): links[link] = gain
      case Int32(MEDIA_GONE) where !legs.contains(link.from): break
      case let code: surprises.append("\(link): \(code)")
      }
    }

    private func unlink() {
      guard let link = links.keys.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }).randomElement(using: &chance)
      else { return }
      links[link] = nil
      plane.unlink(link.from, link.to, side: link.side)
    }

    private func record() {
      if tapes.count > 1 {
        let tape = tapes.removeFirst()
        links = links.filter { $0.key.to != tape }
        media_recording_close(plane.pointer, tape)
      } else if let tape = try? plane.record("churn-\(names).wav") {
        tapes.append(tape)
        names += 1
      } else {
        surprises.append("no recording")
      }
    }

    func closeAll() {
      while !legs.isEmpty { close() }
      while let tape = tapes.popLast() { media_recording_close(plane.pointer, tape) }
      links = [:]
    }
  }
}
