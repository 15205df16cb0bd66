import CSIPBridge
import Glibc
import Testing

extension `A call through the bridge` {
  @Suite(.serialized) struct `A flood of keys` {
    /// A call from the trunk that is answered, and presses keys by INFO.
    private final class Caller {
      let leg: sip_leg
      private let peer = RegistrarPeer(from: "127.0.7.8")
      private let call = RegistrarPeer.newName()
      private let tag: String
      private var sequence = 1

      init(on bench: RegistrarBench) throws {
        let known = bench.events.count { $0.kind == SIP_ARRIVED.rawValue }
        peer.send(
          peer.request(
            "INVITE", to: Self.uri, callID: call, headers: [Self.contact, "Content-Type: application/sdp"],
            body: Self.session))
        leg = try #require(bench.wait(for: SIP_ARRIVED) { $0.leg > UInt64(known) }).leg
        #expect(sip_leg_answer(bench.engine, leg) == SIP_OK)
        let accepted = try #require(peer.answer(to: call))
        try #require(accepted.status == 200)
        let to = accepted.value("To")
        tag = String(to[try #require(to.firstRange(of: "tag=")).upperBound...].prefix { $0 != ";" })
        peer.send(peer.request("ACK", to: Self.uri, callID: call, toTag: tag))
      }

      /// Returns when the engine has taken the key, or has dropped it.
      func presses(_ digit: String) throws {
        sequence += 1
        peer.send(
          peer.request(
            "INFO", to: Self.uri, callID: call, cseq: sequence, toTag: tag,
            headers: [Self.contact, "Content-Type: application/dtmf"], body: digit))
        while true {
          let answer = try #require(peer.answer(to: call))
          if answer.value("CSeq") == "\(sequence) INFO" {
            try #require(answer.status == 200)
            return
          }
        }
      }

      private static let uri = "sip:8000@tsunagi.test"
      private static let contact = "Contact: <sip:x@127.0.7.8>"
      private static let session =
        "v=0\r\no=- 1 1 IN IP4 127.0.7.8\r\ns=-\r\nc=IN IP4 127.0.7.8\r\nt=0 0\r\nm=audio 22192 RTP/AVP 0\r\n"
    }

    /// The clock by whose seconds keys are counted.
    private static var second: Int {
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      return now.tv_sec
    }

    private static func nextSecond() -> Int {
      let last = second
      while second == last { poll(nil, 0, 1) }
      return last + 1
    }

    @Test func `has an end on each leg by itself, and the next second takes keys again`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let (hasty, other) = (try Caller(on: bench), try Caller(on: bench))
      func keys(of caller: Caller) -> [String] {
        bench.events.filter { $0.kind == SIP_PRESSED.rawValue && $0.leg == caller.leg }.map(\.digit)
      }
      // Again and again where the machine is too slow for all of them within one second.
      for _ in 0..<60 {
        let (before, otherBefore) = (keys(of: hasty).count, keys(of: other).count)
        let second = Self.nextSecond()
        for _ in 0..<40 { try hasty.presses("1") }
        try other.presses("2")
        guard Self.second == second else { continue }
        #expect(keys(of: hasty).count - before == 25)
        #expect(keys(of: other).count - otherBefore == 1)
        _ = Self.nextSecond()
        try hasty.presses("3")
        #expect(keys(of: hasty).suffix(2) == ["1", "3"])
        return
      }
      Issue.record("this machine is too slow for forty keys within a second")
    }
  }
}
