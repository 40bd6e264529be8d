/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of the policy language. Reentrant, and reads from memory only. */
%option reentrant noyywrap nounput noinput never-interactive 8bit batch
%option nodefault noyyalloc noyyrealloc noyyfree
%option extra-type="eventfilter::syntax::ScanState*"
%option prefix="policy_"

%top{
#include "syntax/parse_context.h"
#include "syntax/scanner.h"
}

%{
using eventfilter::syntax::Parser;
using eventfilter::syntax::ScanState;
#define YY_DECL Parser::symbol_type policy_lex(yyscan_t yyscanner)
#define YY_USER_ACTION yyextra->advance(static_cast<std::size_t>(yyleng));
#define yyterminate() return Parser::make_END(yyextra->range())
%}

WORD    [A-Za-z_][A-Za-z0-9_]*
NUMBER  -?[0-9][A-Za-z0-9_]*
PREFIX  ("/"[0-9]+)?
IPV4    [0-9]+(\.[0-9]+){3}
IPV6    "["[0-9A-Za-z:.]*"]"

%%

[ \t\r\n]+              { }
"#"[^\n]*               { }

"<"[A-Za-z][A-Za-z0-9_-]*">" { return Parser::make_SYSTEM_NAME(yyextra->inside(yytext, yyleng), yyextra->range()); }
"policy"                { return Parser::make_POLICY(yyextra->range()); }
"include"               { return Parser::make_INCLUDE(yyextra->range()); }
"label"                 { return Parser::make_LABEL(yyextra->range()); }
"attribute"             { return Parser::make_ATTRIBUTE(yyextra->range()); }
"macro"                 { return Parser::make_MACRO(yyextra->range()); }
"use"                   { return Parser::make_USE(yyextra->range()); }
"domain"                { return Parser::make_DOMAIN(yyextra->range()); }
"permissive"            { return Parser::make_PERMISSIVE(yyextra->range()); }
"from"                  { return Parser::make_FROM(yyextra->range()); }
"default"               { return Parser::make_DEFAULT(yyextra->range()); }
"allow"                 { return Parser::make_ALLOW(yyextra->range()); }
"deny"                  { return Parser::make_DENY(yyextra->range()); }
"optional"              { return Parser::make_OPTIONAL(yyextra->range()); }
"boolean"               { return Parser::make_BOOLEAN(yyextra->range()); }
"if"                    { return Parser::make_IF(yyextra->range()); }
"else"                  { return Parser::make_ELSE(yyextra->range()); }
"transition"            { return Parser::make_TRANSITION(yyextra->range()); }
"to"                    { return Parser::make_TO(yyextra->range()); }
"role"                  { return Parser::make_ROLE(yyextra->range()); }
"inherits"              { return Parser::make_INHERITS(yyextra->range()); }
"user"                  { return Parser::make_USER(yyextra->range()); }
"exclusive"             { return Parser::make_EXCLUSIVE(yyextra->range()); }
"active"                { return Parser::make_ACTIVE(yyextra->range()); }
"constrain"             { return Parser::make_CONSTRAIN(yyextra->range()); }
"class"                 { return Parser::make_CLASS(yyextra->range()); }
"handle"                { return Parser::make_HANDLE(yyextra->range()); }
"level"                 { return Parser::make_LEVEL(yyextra->range()); }
"category"              { return Parser::make_CATEGORY(yyextra->range()); }
"set"                   { return Parser::make_NAMED_SET(yyextra->range()); }
"audit"                 { return Parser::make_AUDIT(yyextra->range()); }
"never"                 { return Parser::make_NEVER(yyextra->range()); }
"only"                  { return Parser::make_ONLY(yyextra->range()); }
"expect"                { return Parser::make_EXPECT(yyextra->range()); }
"allowed"               { return Parser::make_ALLOWED(yyextra->range()); }
"denied"                { return Parser::make_DENIED(yyextra->range()); }
"on"                    { return Parser::make_ON(yyextra->range()); }
"when"                  { return Parser::make_WHEN(yyextra->range()); }
"errno"                 { return Parser::make_ERRNO(yyextra->range()); }
"kill"                  { return Parser::make_KILL(yyextra->range()); }
"trap"                  { return Parser::make_TRAP(yyextra->range()); }
"log"                   { return Parser::make_LOG(yyextra->range()); }
"quiet"                 { return Parser::make_QUIET(yyextra->range()); }
"in"                    { return Parser::make_IN(yyextra->range()); }

"{"                     { return Parser::make_LBRACE(yyextra->range()); }
"}"                     { return Parser::make_RBRACE(yyextra->range()); }
","                     { return Parser::make_COMMA(yyextra->range()); }
";"                     { return Parser::make_SEMICOLON(yyextra->range()); }
"("                     { return Parser::make_LPAREN(yyextra->range()); }
")"                     { return Parser::make_RPAREN(yyextra->range()); }
"*"                     { return Parser::make_STAR(yyextra->range()); }
"="                     { return Parser::make_ASSIGN(yyextra->range()); }
"=="                    { return Parser::make_EQ(yyextra->range()); }
"!="                    { return Parser::make_NE(yyextra->range()); }
"<"                     { return Parser::make_LT(yyextra->range()); }
"<="                    { return Parser::make_LE(yyextra->range()); }
">"                     { return Parser::make_GT(yyextra->range()); }
">="                    { return Parser::make_GE(yyextra->range()); }
"~"                     { return Parser::make_GLOB(yyextra->range()); }
"!~"                    { return Parser::make_NOT_GLOB(yyextra->range()); }
"!"                     { return Parser::make_NOT(yyextra->range()); }
"&"                     { return Parser::make_AMP(yyextra->range()); }
"|"                     { return Parser::make_PIPE(yyextra->range()); }
"&&"                    { return Parser::make_AND(yyextra->range()); }
"||"                    { return Parser::make_OR(yyextra->range()); }
".."                    { return Parser::make_DOTS(yyextra->range()); }

{WORD}                  { return Parser::make_WORD(yytext, yyextra->range()); }
"%"[A-Za-z_][A-Za-z0-9_-]* { return Parser::make_GROUP_NAME(yytext + 1, yyextra->range()); }
"@"[A-Za-z][A-Za-z0-9_-]* { return Parser::make_SET(yytext, yyextra->range()); }
({IPV4}|{IPV6}){PREFIX} { return Parser::make_ADDRESS(yytext, yyextra->range()); }
{NUMBER}                { return Parser::make_NUMBER(yytext, yyextra->range()); }
\"[^"\n]*\"             { return Parser::make_STRING(yyextra->inside(yytext, yyleng), yyextra->range()); }

\"[^"\n]*               { yyextra->report(eventfilter::diag::Message::unterminated_string);
                          return Parser::make_STRING(std::string(yytext + 1, yytext + yyleng), yyextra->range()); }
.                       { yyextra->stray_byte(*yytext); }

%%

namespace eventfilter::syntax {

void* open_scanner(const char* text, std::size_t size, ScanState* state) {
  yyscan_t scanner = nullptr;
  if (policy_lex_init_extra(state, &scanner) != 0) std::abort();
  policy__scan_bytes(text, static_cast<int>(size), scanner);
  return scanner;
}

void close_scanner(void* scanner) { policy_lex_destroy(scanner); }

Parser::symbol_type scan(void* scanner) { return policy_lex(scanner); }

}  // namespace eventfilter::syntax

// A failing allocation aborts, as everywhere else in this program.
void* policy_alloc(std::size_t size, yyscan_t) {
  return eventfilter::syntax::must_alloc(nullptr, size);
}
void* policy_realloc(void* old, std::size_t size, yyscan_t) {
  return eventfilter::syntax::must_alloc(old, size);
}
void policy_free(void* memory, yyscan_t) { std::free(memory); }
