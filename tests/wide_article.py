"""An article with what does not fit a screen, and what those who see none stumble over."""

# What has made pages wider than the screen, or trouble for screen readers.
ARTICLE = f"""---
title: {"一个很长的题目，和 Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 2}
date: 2024-05-01
lang: zh-CN
author: [甲, 乙]
---
<p>https://e.example/{"very-long-path-" * 20} <code>{"x_" * 200}</code> {"W" * 300}</p>
<pre><code class="language-python">x = "{"y" * 300}"  # {"注" * 200}</code></pre>
<table><tr>{"".join(f"<th>列 {n}</th>" for n in range(14))}</tr>
<tr>{"".join(f"<td>一些文字 {n}00,000</td>" for n in range(14))}</tr></table>
<table><tr><td>{"z" * 200}</td><td>短</td></tr></table>
<p><math display="block"><mrow>{"<mi>a</mi><mo>+</mo>" * 80}<mi>b</mi></mrow></math></p>
<p><svg width="2000" height="40" aria-label="线"><rect width="2000" height="40"/></svg></p>
<p>注<sup><a href="#n1" id="r1">1</a></sup></p><ol><li id="n1">注文 <a href="#r1">↩</a></li></ol>
<p><img src="gone.png" alt="缺的图"></p><ul><li><input type="checkbox" checked> 做完</li></ul>
<blockquote><blockquote><blockquote><p>{"深" * 90}</p></blockquote></blockquote></blockquote>
<p lang="ar" dir="rtl">مرحبا</p><details><summary>更多</summary><p>内</p></details>
"""
