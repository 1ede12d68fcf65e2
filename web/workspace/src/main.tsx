import '@fontsource-variable/inter/index.css';
import '@mantine/core/styles.css';
import './theme/base.css';
import './theme/shell.css';
import './theme/list.css';
import './theme/thread.css';
import './theme/composer.css';
import './theme/pages.css';
import './theme/routing.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { chosenLocale, startI18n } from './i18n';

await startI18n(chosenLocale());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
