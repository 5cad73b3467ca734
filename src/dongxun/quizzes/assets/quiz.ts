/** Quizzes on the phone: one question a screen, answers kept when there is no network. */
import "./quiz.css";
import "./paper/paper.ts";
import "../../kit/assets/elements/aloud.ts";
