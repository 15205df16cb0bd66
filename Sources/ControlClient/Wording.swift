/// Words of the tables, in English or Japanese.
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
    "SINCE": "開始", "QUEUES": "キュー", "QUEUE": "キュー", "WAITING": "待ち", "RINGING": "呼出中", "LONGEST": "最長待ち",
    "LOGGED IN": "ログイン", "FREE": "空き", "DIRECTION": "方向", "STATE": "状態", "CALLER": "相手", "CUSTOMER": "顧客",
    "SECONDS": "秒", "REC": "録音", "STARTED": "開始", "WAIT": "待ち", "TALK": "通話", "END": "終了理由", "CALLED": "着信先",
    "READING": "読み", "NUMBERS": "電話番号", "NOTES": "備考",
    "nothing to show": "該当なし", "Caller": "発信者", "Called": "着信先", "Waited": "待ち", "Customer": "顧客",
    "Notes": "備考", "Contact": "コンタクト", "unknown number": "未登録の番号", "Numbers": "電話番号",
    "looking up": "検索中", "look-up failed": "検索失敗",
  ]
}
