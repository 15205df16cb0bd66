import Control
import Telephony

extension Rendering {
  /// How the daemon is, a line for each thing.
  func status(_ status: SystemStatus) -> String {
    let (since, up) = (shown(status.startedAt), Self.length(status.uptimeSeconds))
    let rows =
      words.japanese
      ? [
        ("tsunagid", "\(status.version)、\(status.stack)"),
        ("状態", "\(words[status.state])、\(since) から (\(up))"),
        ("コンタクト", "\(status.contacts) 件: 待ち \(status.waiting)、通話中 \(status.talking)"),
        ("担当者", "ログイン \(status.agentsLoggedIn)、受付可 \(status.agentsReady)"),
        ("録音", "\(status.recordings)"), ("接続", "\(status.clients)"), ("負荷", status.load.map(load) ?? "未測定"),
        ("イベント", "epoch \(status.epoch)、seq \(status.seq)"),
      ]
      : [
        ("tsunagid", "\(status.version), \(status.stack)"),
        ("state", "\(status.state), up since \(since) (\(up))"),
        ("contacts", "\(status.contacts): \(status.waiting) waiting, \(status.talking) talking"),
        ("agents", "\(status.agentsLoggedIn) logged in, \(status.agentsReady) ready"),
        ("recordings", "\(status.recordings)"), ("clients", "\(status.clients)"),
        ("load", status.load.map(load) ?? "not measured yet"),
        ("events", "epoch \(status.epoch), seq \(status.seq)"),
      ]
    return rows.map { name, value in
      name + String(repeating: " ", count: max(12 - TerminalText.width(name), 1)) + TerminalText.safe(value) + "\n"
    }.joined()
  }

  private func load(_ load: LoadSummary) -> String {
    func milliseconds(_ microseconds: Int64) -> String {
      "\(microseconds / 1000).\(microseconds % 1000 / 100)"
    }
    let late = [load.latenessP50Microseconds, load.latenessP99Microseconds, load.latenessWorstMicroseconds]
      .map(milliseconds).joined(separator: "/")
    let (ticks, signalling) = (load.ticks + load.missedTicks, milliseconds(load.signallingLatenessMicroseconds))
    if words.japanese {
      return "音声の遅れ \(late) ms (p50/p99/最大)、\(ticks) 回中 \(load.missedTicks) 回欠落、使用率 \(load.busyPercent) %;"
        + " SIP の遅れ \(signalling) ms; 録音バッファ \(load.recorderPercent) %、欠落サンプル \(load.lostSamples);"
        + " 未処理イベント \(load.eventsWaiting)"
    }
    return
      "audio \(late) ms late (p50/p99/worst), \(load.missedTicks) of \(ticks) ticks missed,"
      + " busy \(load.busyPercent) %; SIP \(signalling) ms late;"
      + " recorder \(load.recorderPercent) % full, \(load.lostSamples) samples lost; \(load.eventsWaiting) events waiting"
  }
}
