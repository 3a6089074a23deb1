"""Traditional characters -> the simplified ones of the forms: only those that reports, their titles and tables use."""

from __future__ import annotations

_PAIRS = """
萬万與与業业東东個个嚴严為为麼么義义書书產产親亲僅仅從从價价眾众優优會会傳传體体餘余來来側侧兒儿黨党關关興兴內内冊册農农沖冲決决況况淨净減减憑凭則则創创刪删別别
劉刘劑剂務务動动勞劳勢势區区醫医華华協协單单賣卖衛卫歷历廳厅壓压縣县參参雙双發发變变臺台號号後后嗎吗員员響响團团園园圍围國国圖图圓圆場场壞坏塊块堅坚報报擇择擔担
擁拥護护撫抚換换據据損损攝摄擺摆數数斷断無无時时顯显術术機机權权條条構构標标檔档檢检樓楼歡欢殘残畢毕氣气匯汇沒没溝沟澤泽潔洁測测濟济瀏浏溫温滿满滯滞點点煙烟熱热
愛爱牽牵猶犹狀状獨独現现環环電电療疗蓋盖監监盤盘碼码礦矿確确離离種种積积稱称穩稳竊窃競竞筆笔簽签簡简類类糧粮紅红約约級级紀纪純纯納纳線线組组細细織织終终經经結结
給给絡络統统繼继績绩續续維维綜综綠绿編编繳缴網网職职聯联肅肃髒脏腦脑輿舆藝艺節节範范藥药營营藍蓝慮虑補补裝装見见觀观規规視视覽览覺觉計计訂订認认討讨讓让訓训議议
訊讯記记講讲許许論论設设訪访證证評评識识訴诉診诊詞词試试誠诚話话該该詳详語语誤误說说請请諸诸讀读課课誰谁調调談谈謀谋謝谢譜谱責责敗败質质販贩購购貫贯費费資资賴赖
賽赛轉转輪轮軟软載载較较輔辅輛辆輸输轄辖達达過过運运還还這这進进遠远違违連连遲迟適适選选遞递遺遗郵邮鄭郑採采釋释裡里鐘钟鐵铁銀银銷销鎖锁錯错鍵键鎮镇長长門门閉闭
問问間间聞闻閱阅隊队階阶際际陸陆險险隨随隱隐難难須须順顺預预領领頻频題题顏颜額额風风飛飞飯饭館馆驅驱驗验魚鱼齊齐
""".replace("\n", "")

TRADITIONAL = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_TABLE = str.maketrans(TRADITIONAL)


def simplified(text: str) -> str:
    """The text in simplified characters, as the forms print it."""
    return text if text.isascii() else text.translate(_TABLE)
