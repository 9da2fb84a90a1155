s=open('/tmp/ty/perf.py').read().replace('articlekit.writers.pdf.typst.engine import write_by_typst','articlekit.writers.pdf.weasy import write_by_weasyprint as write_by_typst')
exec(s)
