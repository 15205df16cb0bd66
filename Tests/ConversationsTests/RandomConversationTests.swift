import Conversations
import Telephony
import TelephonyTesting
import Testing

/// The same rule once more, written as a list of sentences over all pairs and without any cleverness.
private struct NaiveBoard {
  enum State: Equatable { case early, waiting(String?), joined(String?), supervising(MonitorMode) }
  struct Party {
    var contact: ContactID
    var isAgent: Bool
    var state: State
    var holds: Bool
    var isJoined: Bool { if case .joined = state { true } else { false } }
    var isMute: Bool { isAgent && holds }
    var mode: MonitorMode? { if case .supervising(let mode) = state { mode } else { nil } }
  }
  var parties: [LegID: Party] = [:]
  var recordings: [RecordingID: ContactID] = [:]

  mutating func place(_ leg: LegID, _ contact: ContactID, _ side: Switchboard.Side, _ state: State) {
    parties[leg] = Party(
      contact: contact, isAgent: side == .agent, state: state, holds: parties[leg]?.holds ?? false)
  }

  var links: Set<AudioLink> {
    var links: Set<AudioLink> = []
    for (to, hearer) in parties {
      let others = parties.filter { $0.key != to && $0.value.contact == hearer.contact }
      for (from, speaker) in others {
        if hearer.isJoined, speaker.isJoined, !hearer.isMute, !speaker.isMute {
          links.insert(AudioLink(from: .leg(from), to: .leg(to)))
        }
        if !hearer.isMute, !speaker.isMute {
          let isCustomerOpen = others.values.contains { $0.isAgent && $0.isJoined && !$0.holds }
          let isAllowed: Bool
          switch (hearer.mode, speaker.mode) {
          case (nil, nil): isAllowed = false
          case (.barge?, nil): isAllowed = speaker.isJoined
          case (_?, nil): isAllowed = speaker.isJoined && (speaker.isAgent || isCustomerOpen)
          case (nil, .listen?), (_?, .listen?), (_?, .whisper?): isAllowed = false
          case (nil, .whisper?): isAllowed = hearer.isJoined && hearer.isAgent
          case (nil, .barge?): isAllowed = hearer.isJoined
          case (_?, .barge?): isAllowed = true
          }
          if isAllowed { links.insert(AudioLink(from: .leg(from), to: .leg(to))) }
        }
        if case .waiting = hearer.state, speaker.state == .early {
          links.insert(AudioLink(from: .leg(from), to: .leg(to)))
        }
      }
      if case .waiting(let music?) = hearer.state, !others.values.contains(where: { $0.state == .early }) {
        links.insert(AudioLink(from: .music(music), to: .leg(to)))
      }
      if hearer.isJoined, !hearer.isAgent,
        !others.values.contains(where: { ($0.isJoined || $0.mode == .barge) && !$0.isMute })
      {
        for (_, holder) in others.sorted(by: { $0.key < $1.key }) where holder.isJoined {
          if case .joined(let music?) = holder.state {
            links.insert(AudioLink(from: .music(music), to: .leg(to)))
            break
          }
        }
      }
      for (recording, contact) in recordings
      where contact == hearer.contact && (hearer.isJoined || hearer.mode == .barge) {
        links.insert(AudioLink(from: .leg(to), to: hearer.isAgent ? .agentSide(recording) : .outside(recording)))
      }
    }
    return links
  }
}

@Suite struct `Who hears whom, at random` {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `the links are those of the naive rule, and the effects lead to them without a wasted step`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var board = Switchboard()
    var naive = NaiveBoard()
    var linked: Set<AudioLink> = []
    let contacts: [ContactID] = ["c", "d", "e"]
    for step in 0..<300 {
      let leg = LegID(rawValue: .random(in: 1...8, using: &random))
      let contact = contacts[Int.random(in: 0..<3, using: &random)]
      let side: Switchboard.Side = Bool.random(using: &random) ? .agent : .outside
      let music = [nil, "m.wav", "h.wav"][Int.random(in: 0..<3, using: &random)]
      let recording = RecordingID(rawValue: "r\(Int.random(in: 0..<4, using: &random))")
      let effects: [Switchboard.Effect]
      switch Int.random(in: 0..<13, using: &random) {
      case 0, 1:
        effects = board.partyWaits(leg, in: contact, side: side, hearing: music)
        naive.place(leg, contact, side, .waiting(music))
      case 2, 3, 4:
        effects = board.partyJoined(leg, in: contact, side: side, holdMusic: music)
        naive.place(leg, contact, side, .joined(music))
      case 5:
        effects = board.earlyMediaOpened(leg, in: contact, side: side)
        if naive.parties[leg] == nil { naive.place(leg, contact, side, .early) }
      case 6:
        effects = board.partyHeld(leg)
        naive.parties[leg]?.holds = true
      case 7:
        effects = board.partyRetrieved(leg)
        naive.parties[leg]?.holds = false
      case 8:
        effects = board.partyLeft(leg)
        naive.parties[leg] = nil
      case 9, 10, 11:
        let mode = MonitorMode.allCases[Int.random(in: 0..<3, using: &random)]
        effects = board.supervisorCame(leg, to: contact, mode: mode)
        naive.place(leg, contact, .agent, .supervising(mode))
      default:
        if Bool.random(using: &random) {
          effects = board.recordingBegan(recording, of: contact)
          naive.recordings[recording] = naive.recordings[recording] ?? contact
        } else {
          effects = board.recordingEnded(recording)
          naive.recordings[recording] = nil
        }
      }
      for effect in effects {
        switch effect {
        case .unlink(let link): #expect(linked.remove(link) != nil, "step \(step): \(link) was not linked")
        case .link(let link): #expect(linked.insert(link).inserted, "step \(step): \(link) was linked already")
        }
      }
      #expect(linked == naive.links, "step \(step)")
      #expect(board.links == naive.links, "step \(step)")
    }
    for leg in 1...8 { _ = board.partyLeft(LegID(rawValue: UInt64(leg))) }
    #expect(board.links == [])
  }
}
