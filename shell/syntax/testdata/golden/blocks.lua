--# blocks in blocks, over lines, with what would mislead a careless reader
__m_run({line=2, text="start-job {\010  -- don't } stop here\010  local s = \"}\" .. '}' .. [[ } ]] --[==[ } ]==]\010  for line in io.lines() do\010    if line == \"}\" then nginx -t '}' end\010  end\010  mysqldump --all -u root > \"dump }\" # }\010  !awk '{ print $1 }' x | sh -c \"echo }\"\010  start-job {\010    invoke-command -computername $using:h { rsync --delete a b; $using:deep }\010  } -name inner\010  foreach-object { $_ + $using:z }\010}", {kind="c", name="start-job", n=1, args={{"b", text="\010  -- don't } stop here\010  local s = \"}\" .. '}' .. [[ } ]] --[==[ } ]==]\010  for line in io.lines() do\010    if line == \"}\" then nginx -t '}' end\010  end\010  mysqldump --all -u root > \"dump }\" # }\010  !awk '{ print $1 }' x | sh -c \"echo }\"\010  start-job {\010    invoke-command -computername $using:h { rsync --delete a b; $using:deep }\010  } -name inner\010  foreach-object { $_ + $using:z }\010", line=2, chunk="blocks.msh", using={h=__m_cap("h", h, true), deep=__m_cap("deep", deep, true), z=__m_cap("z", z, true)}}}, redir={}}











})
__m_run({line=15, text="start-job { !awk '{ print $1 }' f | wc } -name one", {kind="c", name="start-job", n=3, args={{"b", text=" !awk '{ print $1 }' f | wc ", line=15, chunk="blocks.msh", using={}}, {"-", "name"}, {"w", "one"}}, redir={}}}); __m_run({line=15, text="ls", {kind="p", name="ls", n=0, args={}, redir={}}})
__m_run({line=16, text="find . -exec echo {} \\; -name a\\ b", {kind="p", name="find", n=7, args={{"w", "."}, {"w", "-exec"}, {"w", "echo"}, {"w", "{}"}, {"w", ";"}, {"w", "-name"}, {"w", "a b"}}, redir={}}})
__m_run({line=17, text="get-job | foreach { get-job | where { it.x > 1 } | sort-object { return -it.Id } }", {kind="c", name="get-job", n=0, args={}, redir={}}, {kind="c", name="foreach-object", n=1, args={{"b", text=" get-job | where { it.x > 1 } | sort-object { return -it.Id } ", line=17, chunk="blocks.msh", using={}, fn=function(it, ...) local _ = it; local args = {...}  __m_run({line=17, text="get-job | where { it.x > 1 } | sort-object { return -it.Id }", {kind="c", name="get-job", n=0, args={}, redir={}}, {kind="c", name="where-object", n=1, args={{"b", text=" it.x > 1 ", line=17, chunk="blocks.msh", using={}, fn=function(it, ...) local _ = it; local args = {...}  return it.x > 1  end}}, redir={}}, {kind="c", name="sort-object", n=1, args={{"b", text=" return -it.Id ", line=17, chunk="blocks.msh", using={}, fn=function(it, ...) local _ = it; local args = {...}  return -it.Id  end}}, redir={}}}) end}}, redir={}}})
