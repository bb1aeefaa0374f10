# SPDX-License-Identifier: BSD-2-Clause
# Completion of xendtc for fish. What fits is said by the program itself (xendtc complete).

function __xendtc_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l prefix (string match -r -- '^--[^=]*=' $typed; or echo '')
    set -l begun (string replace -- "$prefix" '' $typed)
    set -l program (string replace -r -- '^~/' "$HOME/" $words[1])
    for line in ($program complete -- $words[2..-1] $typed 2>/dev/null)
        switch $line
            case ':files*'
                set -l suffixes (string split -n ' ' -- (string replace ':files' '' -- $line))
                for found in (complete -C "'' $begun")
                    set -l name (string split -f 1 \t -- $found)
                    if test -z "$suffixes"; or string match -qr -- '/$' $name
                        or contains -- (string split -r -m 1 -f 2 . -- $name) $suffixes
                        echo $prefix$name
                    end
                end
            case ':folders'
                for found in (complete -C "'' $begun")
                    string match -r -- '^.*/$' $prefix(string split -f 1 \t -- $found)
                end
            case '*'
                echo $line
        end
    end
end

complete -c xendtc -f -a '(__xendtc_complete)'
