import Telephony
import TelephonyTesting
import Testing

@testable import SIPEngine

@Suite struct `Ringing at several phones at once` {
  private let a = LegID.outgoing(1)
  private let b = LegID.outgoing(2)
  private let c = LegID.outgoing(3)
  private var fork: Fork

  init() { fork = Fork(children: [a, b, c]) }

  private func end(_ status: Int, byPeer: Bool = true, wasAnswered: Bool = false) -> LegEnd {
    LegEnd(status: status, byPeer: byPeer, wasAnswered: wasAnswered)
  }

  @Test mutating func `ringing is told once`() {
    #expect(fork.childProgressed(b, status: 180) == [.progressed(status: 180)])
    #expect(fork.childProgressed(a, status: 180) == [])
    #expect(fork.childProgressed(b, status: 183) == [])
  }

  @Test mutating func `the first to answer takes the call, the others hear that it was taken`() {
    _ = fork.childProgressed(a, status: 180)
    #expect(
      fork.childAnswered(b) == [
        .end(a, isAnsweredElsewhere: true), .end(c, isAnsweredElsewhere: true), .answered(by: b),
      ])
    #expect(fork.winner == b)
    #expect(fork.childEnded(a, end(487)) == [])
    #expect(fork.childProgressed(c, status: 180) == [])
    #expect(fork.childEnded(b, end(200, wasAnswered: true)) == [.ended(end(200, wasAnswered: true))])
    #expect(!fork.isFinished)
    #expect(fork.childEnded(c, end(487)) == [])
    #expect(fork.isFinished)
  }

  @Test mutating func `two answers at the same moment: the second one is ended`() {
    _ = fork.childAnswered(a)
    #expect(fork.childAnswered(b) == [.end(b, isAnsweredElsewhere: true)])
    #expect(fork.childAnswered(a) == [])
    #expect(fork.childEnded(b, end(200, byPeer: false, wasAnswered: true)) == [])
  }

  @Test mutating func `when nobody takes it, the best answer is told, once`() {
    #expect(fork.childEnded(a, end(408)) == [])
    #expect(fork.childEnded(b, end(486)) == [])
    #expect(fork.childEnded(c, end(503)) == [.ended(end(486))])
    #expect(fork.childEnded(c, end(480)) == [])
    #expect(fork.isFinished)
  }

  @Test(arguments: [
    ([480, 486, 408], 486), ([480, 408], 480), ([503, 480], 480), ([404, 480], 404), ([486, 404], 486),
    ([302, 486], 302), ([503, 500], 503), ([487, 503], 487), ([486, 603], 603), ([600, 603], 600), ([408, 487], 408),
  ])
  func `the best of several final answers`(statuses: [Int], best: Int) {
    #expect(Fork.best(of: statuses.map { end($0) })?.status == best)
  }

  @Test mutating func `who declines for everywhere ends it for all`() {
    #expect(
      fork.childEnded(b, end(603)) == [.end(a, isAnsweredElsewhere: false), .end(c, isAnsweredElsewhere: false)])
    #expect(fork.childAnswered(a) == [.end(a, isAnsweredElsewhere: false)])
    #expect(fork.childEnded(a, end(200, byPeer: false, wasAnswered: true)) == [])
    #expect(fork.childEnded(c, end(487)) == [.ended(end(603))])
  }

  @Test mutating func `our end reaches every child, and is told when the last is gone`() {
    #expect(
      fork.end() == [
        .end(a, isAnsweredElsewhere: false), .end(b, isAnsweredElsewhere: false), .end(c, isAnsweredElsewhere: false),
      ])
    #expect(fork.childAnswered(c) == [.end(c, isAnsweredElsewhere: false)])
    _ = fork.childEnded(a, end(487))
    _ = fork.childEnded(b, end(487))
    #expect(fork.childEnded(c, end(487)) == [.ended(end(487, byPeer: false))])
    #expect(fork.end() == [])
  }

  @Test mutating func `an answered leg ends at the phone that has it`() {
    _ = fork.childAnswered(b)
    #expect(fork.end() == [.end(b, isAnsweredElsewhere: false)])
    #expect(fork.childEnded(b, end(200, byPeer: false, wasAnswered: true)).count == 1)
  }

  @Test mutating func `a phone that could not be dialled is as if it had never been`() {
    #expect(fork.childNotDialled(a) == [])
    #expect(fork.childEnded(b, end(486)) == [])
    #expect(fork.childNotDialled(c) == [.ended(end(486))])
    fork = Fork(children: [a, b])
    #expect(fork.childNotDialled(a) + fork.childNotDialled(b) == [])
    #expect(fork.isFinished)
  }

  @Test(arguments: 0..<200)
  func `any order of anything: told once, nobody forgotten, nothing after the end`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let children = (1...UInt64.random(in: 1...5, using: &random)).map { LegID.outgoing($0) }
    var fork = Fork(children: children)
    var living = Set(children)
    var told: [Fork.Effect] = []
    var toEnd: Set<LegID> = []
    var answered: Set<LegID> = []
    for _ in 0..<200 where !living.isEmpty {
      let child = children.randomElement(using: &random) ?? children[0]
      let effects: [Fork.Effect]
      switch UInt64.random(in: 0..<12, using: &random) {
      case 0..<4: effects = fork.childProgressed(child, status: 180)
      case 4..<6:
        effects = fork.childAnswered(child)
        if living.contains(child) { answered.insert(child) }
      case 6..<9:
        let status = [200, 302, 404, 408, 480, 486, 487, 500, 503, 603].randomElement(using: &random) ?? 500
        effects = fork.childEnded(child, end(status, wasAnswered: answered.contains(child)))
        living.remove(child)
      case 9:
        effects = answered.contains(child) ? [] : fork.childNotDialled(child)
        if !answered.contains(child) { living.remove(child) }
      case 10: effects = fork.end()
      default: effects = []
      }
      for case .end(let child, _) in effects {
        #expect(living.contains(child), "seed \(seed): ended a dead child")
        toEnd.insert(child)
      }
      told += effects
    }
    for child in living.sorted() { told += fork.childEnded(child, end(487)) }
    let answers = told.filter { if case .answered = $0 { true } else { false } }
    let ends = told.filter { if case .ended = $0 { true } else { false } }
    let progresses = told.filter { if case .progressed = $0 { true } else { false } }
    #expect(fork.isFinished, "seed \(seed)")
    #expect(answers.count <= 1 && progresses.count <= 1 && ends.count <= 1, "seed \(seed)")
    if let first = told.firstIndex(where: { if case .ended = $0 { true } else { false } }) {
      #expect(!told[(first + 1)...].contains { if case .answered = $0 { true } else { false } }, "seed \(seed)")
    }
    // Whoever answered and did not take it was told to go.
    #expect(answered.subtracting(toEnd).count <= 1, "seed \(seed)")
    for child in children {
      #expect(fork.childProgressed(child, status: 180) + fork.childAnswered(child) == [], "seed \(seed)")
    }
  }
}
