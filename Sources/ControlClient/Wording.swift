/// Words of the tables, headings and what stands below them, in English or Japanese.
struct Wording: Sendable {
  var japanese: Bool

  /// Japanese when the environment's locale is (LC_ALL, LC_MESSAGES, LANG, in this order).
  init(environment: [String: String]) {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
    japanese = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }?.hasPrefix("ja") ?? false
  }

  /// The word itself where there is no other.
  subscript(_ word: String) -> String { japanese ? Self.inJapanese[word] ?? word : word }

  private static let inJapanese = [
    "AGENT": "担当者", "NAME": "氏名", "STATUS": "状態", "ACTIVITY": "活動", "PHONE": "電話機", "CONTACT": "コンタクト",
    "SINCE": "開始", "QUEUES": "キュー", "QUEUE": "キュー", "WAITING": "待ち", "RINGING": "呼出中", "LONGEST": "最長待ち", "EST": "予想待ち",
    "LOGGED IN": "ログイン", "FREE": "空き", "DIRECTION": "方向", "STATE": "状態", "CALLER": "相手", "CUSTOMER": "顧客",
    "SECONDS": "秒", "REC": "録音", "STARTED": "開始", "WAIT": "待ち", "TALK": "通話", "END": "終了理由", "CALLED": "着信先",
    "READING": "読み", "NUMBERS": "電話番号", "NOTES": "備考",
    "nothing to show": "該当なし", "now": "現在", "Caller": "発信者", "Called": "着信先", "Waited": "待ち", "Customer": "顧客",
    "Notes": "備考", "Contact": "コンタクト", "unknown number": "未登録の番号", "Numbers": "電話番号",
    "looking up": "検索中", "look-up failed": "検索失敗",
    // Changes of the configuration
    "SETTING": "設定", "FILE": "ファイル", "RUNNING": "現在", "CHANGED": "変更日時", "BY": "変更者", "set aside": "保留",
    // Reckoning
    "FIGURE": "指標", "VALUE": "値", "HALF HOUR": "時間帯", "CALLS": "呼数", "AGENTS": "必要人数", "SERVICE LEVEL": "サービスレベル",
    "MEAN WAIT": "平均待ち", "ABANDONED": "放棄", "OCCUPANCY": "占有率", "calls counted": "集計した呼数", "mean wait": "平均待ち時間",
    "mean speed of answer": "平均応答速度", "wait p50": "待ち時間 p50", "wait p90": "待ち時間 p90", "wait p99": "待ち時間 p99",
    "ended or sent out by a rule": "規則で終了・転送", "never served": "応対なし", "probability of waiting": "待ち確率",
    "occupancy": "占有率",
    "More work comes than the agents can do: the queue grows without end, and so do the waits.":
      "担当者の処理能力を超えています。待ち呼は増え続け、待ち時間も延び続けます。",
    // Reports
    "TODAY": "本日対応", "OCC %": "占有率%", "OFFERED": "着信件数", "ANSWERED": "応答件数", "LOST": "放棄呼", "SL %": "SL%",
    "PERIOD": "期間", "SUBJECT": "対象", "total": "全体", "DISPOSITION": "結果", "QUARTER": "15分枠", "KIND": "種別", "ITEM": "項目",
    "KEPT": "保持値",
    "LOG": "ログ値", "figures and log agree": "集計値とログは一致", "differences between figures and log": "件の不一致",
    "cannot be read:": "読めない集計値:",
    "by cohort: what began in each time, whenever it ended": "着信基準: 各時間帯に始まったものを集計(終了時刻によらない)",
    "by event: what happened in each time, whenever it began; rates are of what ended or passed its threshold in it":
      "発生基準: 各時間帯に起きたことを集計(開始時刻によらない)。率の分母はその時間帯に終わったもの、または基準時間に達したもの",
    "flow-out before the threshold:": "基準時間内の転出:",
    "utilisation PAID is over the time logged in less unpaid breaks": "稼働率(実働)の分母はログイン−無給休憩",
    "utilisation SHIFT is over all of the planned shifts up to now, breaks included":
      "稼働率(拘束)の分母は勤務計画の現在までの全時間(休憩を含む)",
    "DATE": "日付", "FROM": "開始", "TO": "終了", "BREAKS": "休憩(無給)", "PAID BREAKS": "休憩(有給)", "OTHER WORK": "研修等",
    "FCR: no next contact of the same customer about the same, in days:":
      "一次解決率: 同じ顧客・同じ用件の再入電なし。期間(日):",
    "miss": "未達", "hit": "達成", "excluded": "除外",
    // How the daemon is
    "running": "稼働中", "draining": "停止準備中", "overloaded": "過負荷",
    // What agents are and do
    "logged_out": "ログアウト", "ready": "受付可", "not_ready": "離席", "login": "ログイン直後", "restart": "再起動後", "no-answer": "応答なし",
    "idle": "待機", "reserved": "割当済", "ringing": "呼出中", "talking": "通話中", "holding": "保留中",
    "outbound_dialing": "発信中", "outbound_talking": "発信通話中", "acw": "後処理", "supervising": "モニター中", "unreachable": "接続不可",
    // Contacts
    "inbound": "着信", "outbound": "発信", "waiting": "待ち", "dialing": "発信中",
    "announcing": "案内中", "paused": "停止中",
    // Why nobody can say how long somebody will wait
    "queue_paused": "停止中", "unstaffed": "担当者不在", "nobody_ready": "受付可なし",
    // Supervisors
    "SUPERVISOR": "管理者", "MODE": "モード", "FOLLOW": "追従", "listen": "モニター", "whisper": "ささやき", "barge": "三者通話",
    "present": "モニター中", "asked": "準備中", "agent": "担当者", "contact": "コンタクト",
    // End reasons
    "caller_hung_up": "相手が切断", "agent_hung_up": "担当者が切断", "hung_up_by_command": "操作で切断", "abandoned": "放棄",
    "answered": "応答", "no_answer": "応答なし", "busy": "話中", "declined": "拒否", "not_found": "番号なし",
    "rejected": "規則で拒否", "cancelled": "取消", "waited_too_long": "待ち時間超過", "announced": "案内で終了",
    "answered_elsewhere": "他で応答", "kept_for_another": "他の担当者へ", "withdrawn": "取下げ", "lost": "途絶", "shutdown": "システム停止",
    "system_failure": "システム障害",
  ]
}
