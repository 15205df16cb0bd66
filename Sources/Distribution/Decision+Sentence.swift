public import Telephony

extension Decision {
  /// What a sentence is written in.
  public enum Language: Sendable, CaseIterable {
    case english
    case japanese
  }

  /// The decision in one plain sentence. Of those who are left out, and of those who all ring, the first few are named;
  /// `name` says how an agent is called there, `title` how a queue is.
  public func sentence(
    in language: Language, name: (AgentID) -> String = \.rawValue, title: (QueueID) -> String = \.rawValue
  ) -> String {
    switch language {
    case .english: english(name, title)
    case .japanese: japanese(name, title)
    }
  }

  private static let mostNamed = 5

  private var seconds: Int64 { waited.components.seconds }
  private var unnamed: Int { max(0, leftOut.count - Self.mostNamed) + moreLeftOut }
  /// Somebody of another level is left out, or may be.
  private var isOfBestLevel: Bool { moreLeftOut > 0 || leftOut.contains { $0.obstacle == .otherLevel } }

  // MARK: English

  private func english(_ name: (AgentID) -> String, _ title: (QueueID) -> String) -> String {
    switch outcome {
    case .offered(let agent) where strategy == .ringAll:
      let leftOut = englishLeftOut("; left out: ", name)
      if others.isEmpty {
        let state = besides == 0 ? "who alone is free for it" : "who alone can take it, beside \(englishCalls)"
        return "After \(seconds) s it rings \(name(agent)), \(state)\(leftOut)."
      }
      let level = isOfBestLevel ? " of the best level" : ""
      let state = besides == 0 ? "who are free for it" : "who can take it beside \(englishCalls)"
      let whom = "all \(offered.count) agents\(level) of \(queue.map(title) ?? "") \(state)"
      var names = offered.prefix(Self.mostNamed).map(name)
      if offered.count > names.count { names.append("\(offered.count - names.count) more") }
      return "After \(seconds) s it rings \(whom): \(names.joined(separator: ", "))\(leftOut)."
    case .offered(let agent):
      let beside = besides == 0 ? "" : " beside \(englishCalls)"
      let leftOut = englishLeftOut("; left out: ", name)
      return "After \(seconds) s it was offered to \(name(agent))\(beside), \(englishChoice)\(leftOut)."
    case .waits: return "It waits: \(englishTakers)\(englishLeftOut("; ", name))."
    case .relaxed(let step?): return "After \(seconds) s less is asked of agents: step \(step) applies."
    case .relaxed(nil): return "After \(seconds) s every agent of the queue may take it, whatever she can do."
    case .kept(let agent):
      return "After \(seconds) s it was known who calls, and it is kept for \(name(agent)), who talked with him last."
    case .unkept(let agent): return "After \(seconds) s it is not kept for \(name(agent)) any more."
    case .diverted(let reason):
      return "\(englishReason(reason, title))\(destination.map { "; \($0.english(name, title))" } ?? "")."
    }
  }

  private func englishReason(_ reason: OverflowReason, _ title: (QueueID) -> String) -> String {
    switch reason {
    case .full: "The queue\(queue.map { " \(title($0))" } ?? "") is as long as it may be"
    case .nobody: "Nobody\(queue.map { " of \(title($0))" } ?? "") is there to wait for"
    case .waitedTooLong:
      "It has waited for \(seconds) s\(queue.map { " in \(title($0))" } ?? ""), which is as long as it may"
    case .removed: "The queue\(queue.map { " \(title($0))" } ?? "") was taken away"
    }
  }

  var englishCalls: String { besides == 1 ? "one call" : "\(besides) calls" }

  private func englishLeftOut(_ opening: String, _ name: (AgentID) -> String) -> String {
    var parts = leftOut.prefix(Self.mostNamed).map { "\(name($0.agent)) (\($0.obstacle.english(name)))" }
    if unnamed > 0 { parts.append("\(unnamed) more") }
    return parts.isEmpty ? "" : opening + parts.joined(separator: ", ")
  }

  // MARK: Japanese

  private func japanese(_ name: (AgentID) -> String, _ title: (QueueID) -> String) -> String {
    switch outcome {
    case .offered(let agent) where strategy == .ringAll:
      let leftOut = japaneseLeftOut("。対象外:", name)
      let beside = besides == 0 ? "" : "(\(besides)件対応中)"
      if others.isEmpty { return "\(seconds)秒待ち、唯一対応できる\(name(agent))さん\(beside)を呼び出しました\(leftOut)。" }
      let level = isOfBestLevel ? "の最優先の段階" : ""
      let whom = "\(queue.map(title) ?? "")\(level)で対応できる\(offered.count)人全員\(beside)"
      var names = offered.prefix(Self.mostNamed).map { "\(name($0))さん" }
      if offered.count > names.count { names.append("ほか\(offered.count - names.count)人") }
      return "\(seconds)秒待ち、\(whom)を一斉に呼び出しました:\(names.joined(separator: "、"))\(leftOut)。"
    case .offered(let agent):
      let beside = besides == 0 ? "" : "(\(besides)件対応中)"
      let leftOut = japaneseLeftOut("。対象外:", name)
      return "\(seconds)秒待ち、\(name(agent))さん\(beside)を呼び出しました(\(japaneseChoice)ため)\(leftOut)。"
    case .waits: return "待機中です:\(japaneseTakers)\(japaneseLeftOut("。", name))。"
    case .relaxed(let step?): return "\(seconds)秒後、求める技能を第\(step)段階に緩めました。"
    case .relaxed(nil): return "\(seconds)秒後、技能にかかわらず全員が対応できるようにしました。"
    case .kept(let agent):
      return "\(seconds)秒後に発信者が判明し、前回対応した\(name(agent))さんを待ちます。"
    case .unkept(let agent): return "\(seconds)秒後、\(name(agent))さんの専任待ちを終えました。"
    case .diverted(let reason):
      return "\(japaneseReason(reason, title))。\(destination.map { "\($0.japanese(name, title))。" } ?? "")"
    }
  }

  private func japaneseReason(_ reason: OverflowReason, _ title: (QueueID) -> String) -> String {
    switch reason {
    case .full: "\(queue.map { "\(title($0))の" } ?? "")キューが満員です"
    case .nobody: "\(queue.map { "\(title($0))に" } ?? "")対応する人がいません"
    case .waitedTooLong: "\(queue.map { "\(title($0))で" } ?? "")待ち時間の上限(\(seconds)秒)に達しました"
    case .removed: "\(queue.map { "\(title($0))の" } ?? "")キューが廃止されました"
    }
  }

  private func japaneseLeftOut(_ opening: String, _ name: (AgentID) -> String) -> String {
    var parts = leftOut.prefix(Self.mostNamed).map { "\(name($0.agent))さん(\($0.obstacle.japanese(name)))" }
    if unnamed > 0 { parts.append("ほか\(unnamed)人") }
    return parts.isEmpty ? "" : opening + parts.joined(separator: "、")
  }
}

extension Decision.Destination {
  fileprivate func english(_ name: (AgentID) -> String, _ title: (QueueID) -> String) -> String {
    switch self {
    case .target(.queue(let queue)): "the call goes on to \(title(queue))"
    case .target(.agent(let agent)): "the call goes on to \(name(agent))"
    case .target(.number(let number)): "the call goes on to the number \(number)"
    case .target(.announcement): "an announcement is played, and the call ends"
    case .end: "the call ends"
    }
  }

  fileprivate func japanese(_ name: (AgentID) -> String, _ title: (QueueID) -> String) -> String {
    switch self {
    case .target(.queue(let queue)): "\(title(queue))へ回します"
    case .target(.agent(let agent)): "\(name(agent))さんへ回します"
    case .target(.number(let number)): "番号\(number)へ転送します"
    case .target(.announcement): "アナウンスを流して終了します"
    case .end: "通話を終了します"
    }
  }
}

extension Decision.Obstacle {
  fileprivate func english(_ name: (AgentID) -> String) -> String {
    switch self {
    case .loggedOut: "logged out"
    case .notReady(""): "away"
    case .notReady(let reason): "away: \(reason)"
    case .ringing: "her phone rings"
    case .talking: "on a call"
    case .dialing: "dialling"
    case .supervising: "supervising"
    case .wrapUp: "wrapping up"
    case .phoneUnreachable: "phone unreachable"
    case .retryDelay: "missed an offer a moment ago"
    case .leftOut(let end): "left out after \(end.english)"
    case .skillMissing: "does not have the skill"
    case .delayed: "helps those only who have waited for longer"
    case .otherLevel: "of another level"
    case .keptFor(let agent): "it is kept for \(name(agent))"
    case .queuePaused: "the queue is paused"
    case .membershipPaused: "paused in the queue"
    }
  }

  fileprivate func japanese(_ name: (AgentID) -> String) -> String {
    switch self {
    case .loggedOut: "ログアウト中"
    case .notReady(""): "離席"
    case .notReady(let reason): "離席:\(reason)"
    case .ringing: "呼出中"
    case .talking: "通話中"
    case .dialing: "発信中"
    case .supervising: "モニター中"
    case .wrapUp: "後処理中"
    case .phoneUnreachable: "電話機に到達不可"
    case .retryDelay: "応答なし・話中の直後"
    case .leftOut(let end): "直前に\(end.japanese)"
    case .skillMissing: "技能不足"
    case .delayed: "応援の待ち時間前"
    case .otherLevel: "別の段階"
    case .keptFor(let agent): "\(name(agent))さん専任"
    case .queuePaused: "キューが停止中"
    case .membershipPaused: "このキューでは停止中"
    }
  }
}

extension Distributor.OfferEnd {
  fileprivate var english: String {
    switch self {
    case .noAnswer: "not answering"
    case .declined: "declining"
    case .busy: "being busy"
    case .unreachable: "not being reached"
    case .callerGone: "the caller's leaving"
    case .withdrawn: "its being taken away"
    case .keptForAnother: "its turning out to be another one's"
    case .agentGone: "leaving the offer"
    case .answeredElsewhere: "another one's answer"
    case .systemFailure: "a fault of ours"
    }
  }

  fileprivate var japanese: String {
    switch self {
    case .noAnswer: "応答なし"
    case .declined: "拒否"
    case .busy: "話中"
    case .unreachable: "到達不可"
    case .callerGone: "発信者切断"
    case .withdrawn: "取り下げ"
    case .keptForAnother: "他の担当者の顧客と判明"
    case .agentGone: "離脱"
    case .answeredElsewhere: "他者が応答"
    case .systemFailure: "システム障害"
    }
  }
}
