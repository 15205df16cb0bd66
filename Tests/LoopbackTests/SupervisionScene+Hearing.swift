import LoopbackTesting
import Testing

/// Who is heard, and who is not.
extension `Supervising with real audio`.Scene {
  /// Once it hears these, and those have faded that it may have heard, the endpoint hears these for a second, above −25 dB,
  /// and not the others: the supervisor below −60 dB at every instant, the two parties below −40 dB in most.
  func hears(_ endpoint: RTPEndpoint, _ tones: [Double], not others: [Double]) async throws {
    for tone in tones { try await endpoint.hears(tone) }
    for tone in others { try await loses(endpoint, tone) }
    endpoint.forget()
    let sound = try await fact("a second has been heard") { () -> Sound? in
      let sound = endpoint.heard(last: 1)
      return sound.seconds >= 0.99 ? sound : nil
    }
    // By pieces: on a busy machine a peer's packet comes too late, and what is left of a second is out of step with itself.
    func middle(_ tone: Double) -> Double {
      (0..<9).map { sound.level(of: tone, from: Double($0) / 10, for: 0.1) }.sorted()[4]
    }
    for tone in tones { #expect(middle(tone) > -25, "\(tone) Hz") }
    for tone in others where tone == `Supervising with real audio`.supervisorTone {
      #expect(sound.highestLevel(of: tone) < -60)
    }
    // A seam in the voice of one of the two holds a little of the other's, and a late packet makes one; whoever is there is
    // there in most pieces, and above −25 dB.
    for tone in others where tone != `Supervising with real audio`.supervisorTone {
      #expect(middle(tone) < -40 && sound.highestLevel(of: tone) < -35, "\(tone) Hz")
    }
  }

  /// It has not heard the supervisor since then, at no instant.
  func hasNotHeardSupervisor(
    _ endpoint: RTPEndpoint, since position: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let sound = endpoint.heard(since: position)
    let level = sound.highestLevel(of: `Supervising with real audio`.supervisorTone)
    #expect(sound.seconds > 1 && level < -60, "\(sound.seconds) s", sourceLocation: sourceLocation)
  }

  /// Waits until it does not hear that one any more.
  func loses(_ endpoint: RTPEndpoint, _ tone: Double) async throws {
    _ = try await fact("\(tone) Hz has faded") { () -> Bool? in
      let last = endpoint.heard(last: 0.3)
      return last.seconds > 0.29 && last.level(of: tone) < -60 ? true : nil
    }
  }
}
